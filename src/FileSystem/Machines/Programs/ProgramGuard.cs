using System.Text;
using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Machines.Programs;

/// <summary>
/// Whether a program may be run with this process's rights: only where nobody but root and this process's user can
/// change it, or put another one in its place. Every folder and link on the way counts, from the root on.
/// </summary>
public static class ProgramGuard
{
    private const uint OthersWrite = 0x12, Sticky = 0x200, Execute = 0x49;

    /// <summary>As many as the kernel follows (path_resolution(7)).</summary>
    private const int MaxLinks = 40;

    /// <summary>Why it may not be run, in words; null where it may. Ask just before each run.</summary>
    public static string? ReasonAgainst(string path) => ReasonAgainstFile(path, out var found)
        ?? ((found.Mode & Execute) == 0 ? $"{path} is not executable" : null);

    /// <summary>The same for a file that says what is to be run.</summary>
    public static string? ReasonAgainstObeying(string path) => ReasonAgainstFile(path, out _);

    private static string? ReasonAgainstFile(string path, out FileMetadata found)
    {
        found = default;
        if (!path.StartsWith('/')) return "it is not an absolute path";
        string at = "/";
        if (ReasonAgainstFolder(at) is { } rootReason) return rootReason;
        var left = new Stack<string>();
        Push(left, path);
        int links = 0;
        while (left.TryPop(out string? name))
        {
            if (name == "..")
            {
                at = Path.GetDirectoryName(at) ?? "/";
                continue;
            }

            string next = at.Length == 1 ? $"/{name}" : $"{at}/{name}";
            if (Look(next, out found) is { } reason) return reason;
            if (found.Type == EntryType.SymbolicLink)
            {
                if (++links > MaxLinks) return "too many links lead to it";
                string target = new FileInfo(next).LinkTarget ?? "";
                if (target.StartsWith('/')) at = "/";
                Push(left, target);
                continue;
            }

            if (left.Count == 0) return ReasonAgainstLast(next, found);
            if (ReasonAgainstFolder(next, found) is { } folderReason) return folderReason;
            at = next;
        }

        return "it is a folder";
    }

    private static void Push(Stack<string> left, string path)
    {
        foreach (string name in path.Split('/').Reverse())
            if (name is not ("" or ".")) left.Push(name);
    }

    private static string? ReasonAgainstFolder(string path) =>
        Look(path, out var found) ?? ReasonAgainstFolder(path, found);

    private static string? ReasonAgainstFolder(string path, FileMetadata found)
    {
        if (found.Type != EntryType.Directory) return $"{path} is not a folder";
        // In a sticky folder others can add, but neither remove nor rename what is not theirs (inode(7)).
        bool isOpen = (found.Mode & OthersWrite) != 0 && (found.Mode & Sticky) == 0;
        return isOpen ? $"others may write in {path}, on the way to it" : null;
    }

    private static string? ReasonAgainstLast(string path, FileMetadata found) =>
        found.Type == EntryType.Directory ? "it is a folder"
        : found.Type != EntryType.File ? "it is not a regular file"
        : (found.Mode & OthersWrite) != 0 ? $"others may write {path}"
        : null;

    private static string? Look(string path, out FileMetadata found)
    {
        OsError error = SystemPaths.Stat(Encoding.UTF8.GetBytes(path), out found);
        if (error.IsError) return $"{path}: {error.Text}";
        bool isOwn = found.Uid == 0 || found.Uid == Account.EffectiveUid;
        return isOwn ? null : $"{path} belongs to another user ({found.Uid})";
    }
}
