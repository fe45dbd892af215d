using Coffer.Turmoil.Judging;
using Coffer.Turmoil.Places;

namespace Coffer.Turmoil;

/// <summary>
/// Backup, restore, collection, scrub, check and the deletion of points, all at once in one process that is killed
/// again and again, under a clock on which weeks pass.
/// </summary>
public sealed class TurmoilTests : IDisposable
{
    private static readonly TimeSpan ShortRun = TimeSpan.FromSeconds(12);

    private readonly string _root = Directory.CreateTempSubdirectory("coffer-turmoil-").FullName;

    /// <summary>What is left of a failure is kept, to be looked at.</summary>
    public void Dispose()
    {
        if (TestContext.Current.TestState?.Result != TestResult.Failed) Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Vault_EverythingAtOnceUnderKills_KeepsAllThatItAcknowledged()
    {
        var cancelled = TestContext.Current.CancellationToken;
        var length = TimeSpan.FromSeconds(TurmoilPlan.Seconds);
        var site = await NewSiteAsync(length);
        var run = new TurmoilRun(site, TurmoilPlan.Seed);
        await run.RunAsync(length, ledger => Figures.AreEnough(ledger, length), cancelled);
        var checks = new FinalChecks(site, cancelled);
        (await checks.PromisesAsync()).ShouldBeEmpty(Told);
        (await checks.ChecksAsync()).ShouldBeEmpty(Told);
        (await checks.RestoresAsync(new Random(TurmoilPlan.Seed))).ShouldBeEmpty(Told);
        await ShouldVerifyAsync(site, checks.Listed);
        (await checks.CollectionsAsync()).ShouldBeEmpty(Told);
        (await checks.ChecksAsync()).ShouldBeEmpty(Told);
        await ShouldVerifyAsync(site, checks.Listed);
        var ledger = Ledger.Read(site.Ledger);
        Console.WriteLine($"turmoil: seed {TurmoilPlan.Seed}, {TurmoilPlan.Seconds} s: {run.Kills} kills, {run.Ends} "
            + $"orderly ends, {checks.RemovedPacks} packs removed, {checks.Listed} points listed, of which "
            + $"{checks.Kept} had to be there, {checks.Gone} purged, {checks.Restored} restored at the end; "
            + $"acknowledged: {new Figures(ledger)}");
        new Figures(ledger).ShouldBeEnoughFor(length);
        // Those are counted by the index itself: who is killed within a collection tells of none.
        ((long)checks.RemovedPacks).ShouldBeGreaterThanOrEqualTo(ledger.Sum("removed-packs"));
        checks.Gone.ShouldBePositive();
        checks.Kept.ShouldBePositive();
    }

    [Fact]
    public async Task FinalChecks_ANeededPackIsGone_AllSeeIt()
    {
        var cancelled = TestContext.Current.CancellationToken;
        var site = await RunShortlyAsync();
        new DirectoryInfo(Path.Combine(site.Vault, "store", "packs"))
            .GetFiles("*", SearchOption.AllDirectories).MaxBy(file => file.Length)!.Delete();
        (await Command.VerifyAsync(site, 0, cancelled)).Code.ShouldNotBe(
            (await Command.VerifyAsync(site, 1, cancelled)).Code);
        var checks = new FinalChecks(site, cancelled);
        (await checks.RestoresAsync(new Random(TurmoilPlan.Seed))).ShouldNotBeEmpty();
        (await checks.ChecksAsync()).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task FinalChecks_APointIsPurgedOrDeletedBehindTheLedger_IsMissed()
    {
        var cancelled = TestContext.Current.CancellationToken;
        var site = await RunShortlyAsync();
        var firm = Ledger.Read(site.Ledger).Points().Where(p => p.Value is { MayGo: false, Held: Known.No }).ToList();
        await using (var vault = await site.OpenVaultAsync(cancelled))
        {
            vault.Points.Delete(firm[0].Key, TimeSpan.Zero);
            vault.Points.Delete(firm[1].Key, TimeSpan.Zero);
            vault.Points.Purge(firm[1].Key);
        }
        var wrong = await new FinalChecks(site, cancelled).PromisesAsync();
        wrong.Count.ShouldBe(2);
        wrong.ShouldContain(text => text.Contains("is lost", StringComparison.Ordinal));
    }

    [Fact]
    public async Task FinalChecks_AFileWasAnotherThanWhatComesBack_IsTold()
    {
        var site = await RunShortlyAsync();
        foreach (string manifest in Directory.GetFiles(site.Manifests))
        {
            string text = await File.ReadAllTextAsync(manifest, TestContext.Current.CancellationToken);
            int last = text.LastIndexOf(" F ", StringComparison.Ordinal);
            await File.WriteAllTextAsync(
                manifest, text[..last] + " X " + text[(last + 3)..], TestContext.Current.CancellationToken);
        }
        var checks = new FinalChecks(site, TestContext.Current.CancellationToken);
        var wrong = await checks.RestoresAsync(new Random(TurmoilPlan.Seed));
        wrong.Count.ShouldBe(checks.Restored);
    }

    private static string Told => $"COFFER_SEED={TurmoilPlan.Seed} COFFER_TURMOIL={TurmoilPlan.Seconds}";

    private async Task<Site> RunShortlyAsync()
    {
        var site = await NewSiteAsync(ShortRun);
        await new TurmoilRun(site, TurmoilPlan.Seed)
            .RunAsync(ShortRun, HasPointsOfBoth, TestContext.Current.CancellationToken);
        return site;
    }

    private static bool HasPointsOfBoth(Ledger ledger) =>
        ledger.Points().Values.GroupBy(point => point.Machine)
            .Count(points => points.Count(point => point is { MayGo: false, Held: Known.No }) > 1) == Site.Machines;

    // The final checks take their time as well, and the clock must not run past the real one.
    private Task<Site> NewSiteAsync(TimeSpan length) => Site.CreateAsync(
        _root, (TurmoilRun.Longest(length) + TimeSpan.FromMinutes(5)) * Site.Rate,
        TestContext.Current.CancellationToken);

    private static async Task ShouldVerifyAsync(Site site, int points)
    {
        for (int machine = 0; machine < Site.Machines; machine++)
        {
            var (code, result) = await Command.VerifyAsync(site, machine, TestContext.Current.CancellationToken);
            code.ShouldBe(0, $"{Told} {result}");
            points -= result.GetProperty("points").GetInt32();
        }
        points.ShouldBe(0, "points that no machine verified");
    }
}
