using System.Text;
using Coffer.Domain;
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

    /// <summary>Why it may not be run; null where it may. Ask just before each run.</summary>
    public static UnsafeProgram? ReasonAgainst(string path) => ReasonAgainstFile(path, out var found)
        ?? ((found.Mode & Execute) == 0 ? new($"{path} is not executable", $"chmod +x {Word(path)}") : null);

    /// <summary>The same for a file that says what is to be run.</summary>
    public static UnsafeProgram? ReasonAgainstObeying(string path) => ReasonAgainstFile(path, out _);

    private static UnsafeProgram? ReasonAgainstFile(string path, out FileMetadata found)
    {
        found = default;
        if (!path.StartsWith('/'))
            return new("it is not an absolute path", "Give all of its path, from / on: no PATH is searched for it.");
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
                if (++links > MaxLinks) return new("too many links lead to it", "Name the program itself.");
                string target = new FileInfo(next).LinkTarget ?? "";
                if (target.StartsWith('/')) at = "/";
                Push(left, target);
                continue;
            }

            if (left.Count == 0) return ReasonAgainstLast(next, found);
            if (ReasonAgainstFolder(next, found) is { } folderReason) return folderReason;
            at = next;
        }

        return Folder;
    }

    private static UnsafeProgram Folder { get; } = new("it is a folder", "Name the program in it.");

    private static void Push(Stack<string> left, string path)
    {
        foreach (string name in path.Split('/').Reverse())
            if (name is not ("" or ".")) left.Push(name);
    }

    private static UnsafeProgram? ReasonAgainstFolder(string path) =>
        Look(path, out var found) ?? ReasonAgainstFolder(path, found);

    private static UnsafeProgram? ReasonAgainstFolder(string path, FileMetadata found)
    {
        if (found.Type != EntryType.Directory) return new($"{path} is not a folder", "Check the path.");
        // In a sticky folder others can add, but neither remove nor rename what is not theirs (inode(7)).
        bool isOpen = (found.Mode & OthersWrite) != 0 && (found.Mode & Sticky) == 0;
        return isOpen
            ? new($"others may write in {path}, on the way to it",
                $"chmod go-w {Word(path)}, or keep it in a folder that is nobody else's, as /usr/local/sbin.")
            : null;
    }

    private static UnsafeProgram? ReasonAgainstLast(string path, FileMetadata found) =>
        found.Type == EntryType.Directory ? Folder
        : found.Type != EntryType.File ? new("it is not a regular file", "Name a program or a script.")
        : (found.Mode & OthersWrite) != 0 ? new($"others may write {path}", $"chmod go-w {Word(path)}")
        : null;

    private static UnsafeProgram? Look(string path, out FileMetadata found)
    {
        OsError error = SystemPaths.Stat(Encoding.UTF8.GetBytes(path), out found);
        if (error.IsError)
            return new($"{path}: {error.Text}", error.Cause == OsCause.AccessDenied
                ? "Let this user into the folders on the way to it, or run as one who may."
                : "Check the path; what lies on a disk that is not mounted cannot be run.");
        if (found.Uid == 0 || found.Uid == Account.EffectiveUid) return null;
        string owner = Account.EffectiveUid == 0 ? "root" : $"{Account.EffectiveUid}";
        return new($"{path} belongs to another user ({found.Uid})",
            $"As root: chown -h {owner} {Word(path)}, if that user is not to decide what runs here.");
    }

    private static string Word(string path) => PathText.AsWord(PathText.Render(Encoding.UTF8.GetBytes(path)));
}

/// <param name="Reason">In words, without a full stop.</param>
/// <param name="Cure">Of just that.</param>
public sealed record UnsafeProgram(string Reason, string Cure);
