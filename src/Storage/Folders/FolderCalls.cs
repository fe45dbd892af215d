using System.Runtime.InteropServices;
using Coffer.Storage.Systems;

namespace Coffer.Storage.Folders;

/// <summary>
/// System calls that tell and give owners. <c>statx</c>, as its buffer is the same on every architecture.
/// </summary>
internal static unsafe partial class FolderCalls
{
    private const int StatxBytes = 256, LinksAt = 16, UserAt = 20, GroupAt = 24, ModeAt = 28;
    private const int NotOverLinks = 0x100, OfTheHandle = 0x1000;
    private const uint TypeLinksAndOwner = 0x1D;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    /// <summary>By handle alone: a path may mean something else than a moment ago.</summary>
    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    public static partial int ChangeOwner(int file, uint user, uint group);

    /// <summary>False with the error number set where the path cannot be looked at; follows links.</summary>
    public static bool TryOwner(string path, out uint user, out uint group)
    {
        bool ok = TryLook(LinuxCalls.AtCurrentFolder, path, 0, out var entry);
        (user, group) = (entry.User, entry.Group);
        return ok;
    }

    /// <summary>What stands under a name; of a link the link itself.</summary>
    public static bool TryLook(int folder, string name, out FolderEntry entry) =>
        TryLook(folder, name, NotOverLinks, out entry);

    /// <summary>What a handle stands for.</summary>
    public static bool TryLook(int file, out FolderEntry entry) => TryLook(file, "", OfTheHandle, out entry);

    private static bool TryLook(int folder, string path, int flags, out FolderEntry entry)
    {
        byte* buffer = stackalloc byte[StatxBytes];
        bool ok = Statx(folder, path, flags, TypeLinksAndOwner, buffer) == 0;
        entry = ok
            ? new FolderEntry(
                *(uint*)(buffer + UserAt), *(uint*)(buffer + GroupAt), *(uint*)(buffer + LinksAt),
                *(ushort*)(buffer + ModeAt))
            : default;
        return ok;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, byte* buffer);
}
