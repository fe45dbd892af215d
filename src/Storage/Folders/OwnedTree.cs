using System.Runtime.InteropServices;
using Coffer.Domain;
using Coffer.Storage.Systems;
using Microsoft.Win32.SafeHandles;
using static Coffer.Storage.Systems.LinuxCalls;

namespace Coffer.Storage.Folders;

/// <summary>
/// A folder of another user in which root works, and all below it. That user can put a link anywhere in it at any
/// moment; followed, it would make root write elsewhere and give away what lies there. So no path is handed to the
/// system whole: folders are entered one by one, never over a link, each must be the owner's (or root's, made before
/// and not yet given), and the last name is used relative to the folder so entered.
/// </summary>
internal sealed class OwnedTree(string root, FolderOwner owner)
{
    public FolderOwner Owner => owner;

    /// <summary>Where <paramref name="path"/> lies; a place without a name where a folder above is missing.</summary>
    /// <exception cref="FaultException"><c>store.owner</c>: a folder on the way is a link or a stranger's.</exception>
    public FolderPlace Reach(string path)
    {
        Invariant.Holds(path == root || path.StartsWith(root + "/", StringComparison.Ordinal));
        string[] names = path.Length == root.Length ? ["."] : path[(root.Length + 1)..].Split('/');
        Invariant.Holds(!names.Contains(".."));
        // Links may lead to the root: whatever it is then must be the owner's, as it was when it was opened.
        var folder = Enter(AtCurrentFolder, root, flags: 0, root);
        for (int i = 0; folder is not null && i < names.Length - 1; i++)
        {
            using var above = folder;
            folder = Enter(Number(above), names[i], NoFollow, path);
        }
        return folder is null ? default : new FolderPlace(folder, names[^1]);
    }

    /// <summary>
    /// To be asked before a library opens a file by its path. Whoever is quick puts a link there after it was asked;
    /// SQLite follows none at the name of a log or index, which alone it makes and gives away.
    /// </summary>
    /// <exception cref="FaultException"><c>store.owner</c>: it is a link or somebody else's.</exception>
    public void RequirePlain(string path)
    {
        using var place = Reach(path);
        if (FolderCalls.TryLook(place.Folder, place.Name, out var entry) && !entry.IsPlainFileOf(owner.User))
            throw Foreign(path);
    }

    /// <summary>Gives what this process has just made to the owner; on FAT it is so already.</summary>
    public void Give(SafeFileHandle made, string path)
    {
        if (FolderCalls.ChangeOwner(Number(made), owner.User, owner.Group) == 0) return;
        int error = Marshal.GetLastPInvokeError();
        if (!IsOwners(Number(made))) throw LinuxFiles.Error(error, "give to its owner", path);
    }

    /// <summary>The same for a folder; between the two calls its name may have come to mean another one.</summary>
    public void GiveFolder(FolderPlace place, string path)
    {
        using var folder = Opened(LinuxCalls.Open(
            place.Folder, place.Name, ReadOnly | FolderOnly | NoFollow | CloseOnExec, 0), path);
        if (!IsOwnersOrOurs(Number(folder))) throw Foreign(path);
        Give(folder, path);
    }

    private SafeFileHandle? Enter(int above, string name, int flags, string path)
    {
        int number = LinuxCalls.Open(above, name, PathOnly | FolderOnly | CloseOnExec | flags, 0);
        if (number < 0 && Marshal.GetLastPInvokeError() == Enoent) return null;
        var folder = Opened(number, path);
        bool isRoot = flags != NoFollow;
        if (isRoot ? IsOwners(number) : IsOwnersOrOurs(number)) return folder;
        folder.Dispose();
        throw Foreign(path);
    }

    private SafeFileHandle Opened(int number, string path)
    {
        if (number >= 0) return new SafeFileHandle(number, ownsHandle: true);
        int error = Marshal.GetLastPInvokeError();
        throw error is Enotdir or Eloop ? Foreign(path) : LinuxFiles.Error(error, "open", path);
    }

    private bool IsOwners(int file) => FolderCalls.TryLook(file, out var entry) && entry.User == owner.User;

    private bool IsOwnersOrOurs(int file) => FolderCalls.TryLook(file, out var entry)
        && (entry.User == owner.User || entry.User == FolderCalls.EffectiveUser());

    private FaultException Foreign(string path) => StoreFaults.Foreign(path, owner.UserName);

    private static int Number(SafeFileHandle file) => (int)file.DangerousGetHandle();
}
