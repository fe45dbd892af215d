using System.Globalization;
using System.Text;
using Coffer.Agent.Policies;
using Coffer.Cli.Output;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Exclusions;
using Coffer.FileSystem;
using Coffer.FileSystem.Machines;
using Coffer.FileSystem.Mounts;

namespace Coffer.Cli.Commands.Setup;

/// <summary>What to back up, and what to leave out of it.</summary>
internal sealed class PathQuestions(Asking asking, ProtectionPolicy before, string? vaultFolder)
{
    /// <summary>More are named by their paths.</summary>
    private const int MostProposed = 9;

    private readonly MountTable _mounts = MountTable.Read();

    public async Task<IReadOnlyList<string>> PathsAsync()
    {
        var proposed = Proposed();
        asking.Tell("", "What to back up: volumes by their numbers, folders and files by their paths, with blanks in"
            + " between.", "  A path with blanks in it stands in quotes. What is mounted in a folder goes with it.");
        for (int i = 0; i < proposed.Count; i++)
            asking.Tell($"  {i + 1}  {PathText.Render(proposed[i].MountPoint)}  {Told(proposed[i])}");
        foreach (var item in before.Items) asking.Tell($"  protected already: {PathText.Render(item.Path)}");
        string usual = before.Items.Count > 0 ? "" : Usual();
        return await asking.UntilAsync("Back up", usual, typed => Read(typed, proposed));
    }

    public async Task<IReadOnlyList<string>> ExclusionsAsync()
    {
        asking.Tell("", "What to leave out: patterns as in .gitignore, with blanks in between; an empty line for none.",
            "  node_modules/ is a folder of that name anywhere, *.iso a file, /var/cache/ just that folder,",
            "  '>100MB *.iso' a file of that name that is larger; files of any name by their size come next.",
            "  Always left out: Coffer's own folders, swap, /proc /sys /dev /run /tmp, folders marked CACHEDIR.TAG.");
        foreach (var known in before.Exclusions) asking.Tell($"  left out already: {PathText.Render(known.Text)}");
        return await asking.UntilAsync("Leave out", "", typed =>
        {
            var words = TypedWords.Split(typed);
            foreach (string word in words) _ = ExclusionPattern.Parse(Encoding.UTF8.GetBytes(word));
            return words;
        });
    }

    /// <summary>Files that are left out for their size; a pattern like any other, asked for in plain words.</summary>
    /// <returns>None or one.</returns>
    public Task<IReadOnlyList<string>> SizesAsync() => asking.UntilAsync<IReadOnlyList<string>>(
        "Files larger than (500MB or 4GB, say; Enter for no limit)", "", typed =>
        {
            string size = typed.Replace(" ", "", StringComparison.Ordinal).TrimStart('>');
            if (size.Length == 0) return [];
            // "4" is meant as GB or as MB, and would be four bytes: next to nothing were backed up.
            if (char.IsAsciiDigit(size[^1]))
                throw FaultException.Usage("value.wrong", $"{size} has no unit.", "Write 500MB or 4GB.");
            string pattern = ">" + size;
            _ = ExclusionPattern.Parse(Encoding.UTF8.GetBytes(pattern));
            return [pattern];
        });

    private List<Mount> Proposed() =>
    [
        .. _mounts.Mounts.Where(mount => mount.Class is MountClass.Local or MountClass.Removable or MountClass.Overlay
                && !mount.IsFile && IsText(mount.MountPoint) && !IsLeftOut(mount.MountPoint))
            .DistinctBy(mount => (mount.Device, Encoding.Latin1.GetString(mount.RootWithin))).Take(MostProposed),
    ];

    private static bool IsLeftOut(byte[] mountPoint)
    {
        int end = mountPoint.AsSpan(1).IndexOf((byte)'/') + 1;
        byte[] top = end > 0 ? mountPoint[..end] : mountPoint;
        return new ExclusionFilter(BuiltInExclusions.Patterns([]), [], []).Excludes(top, isDirectory: true);
    }

    // Root's own folder is next to nothing of a machine; another user may read little else than the own one.
    private static string Usual() =>
        MachineFacts.IsRoot ? "/" : Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? home : "/";

    private List<string> Read(string typed, List<Mount> proposed)
    {
        var paths = new List<string>();
        foreach (string word in TypedWords.Split(typed))
        {
            bool isNumber = int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
            if (isNumber && (number < 1 || number > proposed.Count))
                throw FaultException.Usage("value.wrong", $"There is no volume {word}.", "Type a number of the list.");
            paths.Add(isNumber
                ? PathText.Render(proposed[number - 1].MountPoint)
                : Path.GetFullPath(TypedWords.Path(word)));
        }

        if (paths.Count == 0 && before.Items.Count == 0)
            throw FaultException.Usage("path.none", "Nothing to protect was named.", "Name at least one path.");
        // As the command will judge them.
        _ = new PathSelection(_mounts, asking.Invocation.Home.NeverBackedUp(vaultFolder))
            .Add(before.Items, [.. paths.Select(Encoding.UTF8.GetBytes)]);
        return paths;
    }

    private static bool IsText(byte[] path) =>
        PathText.Render(path) is var text && Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(path);

    private static string Told(Mount mount) =>
        SystemPaths.UsedSpace(mount.MountPoint, out long used).IsError
            ? mount.FileSystemType
            : $"{mount.FileSystemType}, {Words.Size(used)} used";
}
