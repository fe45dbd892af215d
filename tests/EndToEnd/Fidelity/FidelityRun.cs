using System.Text.Json;

namespace Coffer.EndToEnd.Fidelity;

internal enum Verdict
{
    Kept,
    NotSupported,
    Lost,
}

internal sealed record AspectFinding(Verdict Verdict, string Why);

/// <summary>
/// One tree of every odd thing, backed up from one file system and restored onto a fresh one of the same kind.
/// </summary>
internal sealed class FidelityRun
{
    public static readonly string[] Kinds = ["ext4", "xfs", "btrfs", "tmpfs"];

    private FidelityRun(IReadOnlyDictionary<string, AspectFinding> findings, string rsync) =>
        (Findings, Rsync) = (findings, rsync);

    /// <summary>By aspect, in the order of the tree's making.</summary>
    public IReadOnlyDictionary<string, AspectFinding> Findings { get; }

    /// <summary>What rsync would still change.</summary>
    public string Rsync { get; }

    public static async Task<FidelityRun> OfAsync(string kind)
    {
        using var scratch = new ScratchFolder();
        await using var source = await ScratchVolume.MakeAsync(kind, scratch.Path, "source");
        await using var target = await ScratchVolume.MakeAsync(kind, scratch.Path, "target");
        string tree = Path.Combine(source.MountPoint, "tree"), restored = Path.Combine(target.MountPoint, "tree");
        var made = await CommandLine.RunAsync("python3", CommandLine.Script("make_tree.py"), tree, kind);
        made.ShouldExitWith(0);

        (await CommandLine.CofferAsync("protect", tree, "--home", scratch.Home)).ShouldExitWith(0, 3);
        (await CommandLine.CofferAsync("restore", tree, "--to", target.MountPoint, "--home", scratch.Home))
            .ShouldExitWith(0, 3);

        var before = await SeenTree.LookAsync(tree);
        var after = await SeenTree.LookAsync(restored);
        var findings = new Dictionary<string, AspectFinding>();
        foreach (string line in made.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var json = JsonDocument.Parse(line);
            string aspect = json.RootElement.GetProperty("aspect").GetString()!;
            bool isMade = json.RootElement.GetProperty("made").GetBoolean();
            var differences = after.DifferencesFrom(before, aspect);
            findings.Add(aspect, differences.Count > 0 ? new(Verdict.Lost, string.Join("\n", differences))
                : isMade ? new(Verdict.Kept, "")
                : new(Verdict.NotSupported, json.RootElement.GetProperty("why").GetString()!));
        }

        return new FidelityRun(findings, await CompareByRsyncAsync(tree, restored));
    }

    // rsync cannot name what lies deeper than PATH_MAX, and would read a terabyte of nothing twice.
    private static async Task<string> CompareByRsyncAsync(string tree, string restored)
    {
        var outcome = await CommandLine.RunAsync("rsync", "-nacHAX", "--delete", "-i", "--exclude=/long-paths",
            "--exclude=/holes-of-a-terabyte", "--exclude=/holes-beyond-4-gib", tree + "/", restored + "/");
        outcome.ShouldExitWith(0);
        return outcome.Output;
    }
}
