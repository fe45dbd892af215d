using System.Collections.Concurrent;

namespace Coffer.EndToEnd.Fidelity;

/// <summary>Each file system's run, made once and used by all tests.</summary>
public sealed class FidelityRuns
{
    private readonly ConcurrentDictionary<string, Lazy<Task<FidelityRun>>> _runs = new();

    internal Task<FidelityRun> OfAsync(string kind) =>
        _runs.GetOrAdd(kind, static k => new Lazy<Task<FidelityRun>>(() => FidelityRun.OfAsync(k))).Value;
}

public sealed class FidelityTests(FidelityRuns runs) : IClassFixture<FidelityRuns>
{
    [Theory]
    [InlineData("ext4")]
    [InlineData("xfs")]
    [InlineData("btrfs")]
    [InlineData("tmpfs")]
    public async Task Restore_EveryOddThing_BringsBackAllButWhatIsDecided(string kind)
    {
        var run = await runs.OfAsync(kind);
        var lost = run.Findings.Where(f => f.Value.Verdict == Verdict.Lost && !Aspects.LostByDecision.Contains(f.Key));
        string.Join("\n", lost.Select(f => $"{f.Key}: {f.Value.Why}")).ShouldBe("");
        run.Rsync.ShouldBe("");
    }

    [Fact]
    public async Task Page_OfAllFileSystems_SaysWhatWasFound()
    {
        var found = new Dictionary<string, FidelityRun>();
        foreach (string kind in FidelityRun.Kinds) found.Add(kind, await runs.OfAsync(kind));
        string page = FidelityTable.Render(found);
        if (Environment.GetEnvironmentVariable("COFFER_WRITE_FIDELITY") == "1")
            await File.WriteAllTextAsync(FidelityTable.Path, page, TestContext.Current.CancellationToken);
        string committed = await File.ReadAllTextAsync(FidelityTable.Path, TestContext.Current.CancellationToken);
        committed.ShouldBe(page, "write it anew with COFFER_WRITE_FIDELITY=1 and look at the difference");
    }
}
