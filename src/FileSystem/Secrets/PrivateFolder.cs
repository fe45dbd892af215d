using System.Text;
using Coffer.Domain;
using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Secrets;

/// <summary>Folders that only their owner may enter.</summary>
public static unsafe class PrivateFolder
{
    /// <summary>
    /// Makes the folder (0700) and those above it where missing. An existing one must be a real directory of this
    /// user (root takes any owner's); if others may write in it, it is refused, not silently changed.
    /// </summary>
    public static void Ensure(string path)
    {
        string full = Path.GetFullPath(path);
        string? parent = Path.GetDirectoryName(full);
        if (parent is not null && !Directory.Exists(parent)) Directory.CreateDirectory(parent);
        fixed (byte* bytes = Descriptors.Terminated(full))
        {
            if (Libc.mkdirat(Libc.AT_FDCWD, bytes, 0x1c0) == 0) return;
            OsError error = OsError.Last();
            if (error.Cause != OsCause.Exists)
                throw FaultException.Failed("folder.create", $"The folder {full} could not be made: {error.Text}.");
        }

        if (ReasonAgainst(full) is { } reason)
            throw FaultException.Refused("folder.unsafe", $"The folder {full} cannot be used: {reason}.",
                "Choose another folder, or change its owner and permissions.");
    }

    /// <summary>The folders in it, by name; none where it is missing.</summary>
    public static IEnumerable<string> FoldersIn(string path) => Directory.Exists(path)
        ? Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal)
        : [];

    /// <summary>What was made or removed in a folder lasts beyond a loss of power.</summary>
    /// <exception cref="FaultException"><c>folder.create</c>.</exception>
    public static void Sync(string path)
    {
        int folder = Descriptors.Open(Libc.AT_FDCWD, path, Libc.O_RDONLY | Libc.O_DIRECTORY);
        OsError error = folder < 0 || Libc.fsync(folder) != 0 ? OsError.Last() : OsError.None;
        if (folder >= 0) _ = Libc.close(folder);
        if (error.IsError)
            throw FaultException.Failed("folder.create", $"The folder {path} could not be made durable: {error.Text}.");
    }

    /// <summary>Removes a folder with all that is in it; links are removed and not followed.</summary>
    /// <exception cref="FaultException"><c>folder.remove</c>.</exception>
    public static void Remove(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FaultException.Failed("folder.remove", $"The folder {path} could not be removed: {e.Message}",
                "Remove what is left of it by hand.", e);
        }
    }

    /// <summary>Null when the folder may hold what is private.</summary>
    public static string? ReasonAgainst(string path)
    {
        OsError error = SystemPaths.Stat(Encoding.UTF8.GetBytes(path), out FileMetadata found);
        if (error.IsError) return error.Text;
        if (found.Type == EntryType.SymbolicLink) return "it is a symbolic link";
        if (found.Type != EntryType.Directory) return "it is not a directory";
        if (found.Uid != Account.EffectiveUid && !Account.IsRoot) return $"it belongs to another user ({found.Uid})";
        return (found.Mode & 0x12) != 0 ? "other users may write in it" : null;
    }
}
