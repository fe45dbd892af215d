using Coffer.Agent.Homes;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Points;

namespace Coffer.Service.HostileVault;

/// <summary>A vault that is put back to an older state is found out by what the machine remembers.</summary>
public sealed class RollbackTests : IAsyncLifetime
{
    private readonly ServiceFixture _service = new();

    private string Copy => Path.Combine(_service.Root, "copy");

    public ValueTask InitializeAsync() => _service.InitializeAsync();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Vault_PutBackToAnOlderState_IsToldUntilSomebodyAcceptsIt()
    {
        using var machine = await Victim.RegisterAsync(_service, "remembers");
        var victim = machine.Fresh();
        await BackUpAsync(victim, JobState.Completed);
        await _service.RestartAsync(() => CopyFolder(_service.Data, Copy));
        victim.Data.Put("later.txt", 3000, new Random(3));
        await BackUpAsync(victim, JobState.Completed);
        var expected = victim.Home.ReadLastPoints().Single();
        (expected.Sequence, expected.Older).ShouldBe((2, null));

        await _service.RestartAsync(PutBack);
        (await MissedAsync(victim)).Single().Older.ShouldSatisfyAllConditions(
            older => older.Sequence.ShouldBe(2), older => older.Point.ShouldBe(expected.Point!.Value),
            older => older.Shown.ShouldBe(1));
        var report = await BackUpAsync(victim, JobState.CompletedWithWarnings);
        report.Findings.Select(finding => finding.Code).ShouldBe([OlderVault.Code]);
        report.Findings[0].Message.ShouldContain("recovery point 2");

        // It goes on: no number is used twice, and what it misses is sent again.
        await BackUpAsync(victim, JobState.Completed);
        (await ListAsync(victim)).Select(point => point.Sequence).ShouldBe([1, 3, 4]);
        (await MissedAsync(victim)).Count.ShouldBe(1);

        victim.Home.WriteLastPoints(LastPoints.Accept(
            victim.Home.ReadLastPoints(), await ListAsync(victim), TimeProvider.System.GetUtcNow()));
        (await MissedAsync(victim)).ShouldBeEmpty();
        await BackUpAsync(victim, JobState.Completed);
        (await MissedAsync(victim)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Accepting_BeforeTheNextBackup_StillUsesNoNumberTwice()
    {
        using var machine = await Victim.RegisterAsync(_service, "accepts");
        var victim = machine.Fresh();
        await BackUpAsync(victim, JobState.Completed);
        await _service.RestartAsync(() => CopyFolder(_service.Data, Copy));
        await BackUpAsync(victim, JobState.Completed);
        await _service.RestartAsync(PutBack);
        victim.Home.WriteLastPoints(LastPoints.Accept(
            victim.Home.ReadLastPoints(), await ListAsync(victim), TimeProvider.System.GetUtcNow()));
        Directory.Delete(Path.Combine(victim.Home.CacheFolder), recursive: true); // which remembers numbers as well
        await BackUpAsync(victim, JobState.Completed);
        (await ListAsync(victim)).Select(point => point.Sequence).ShouldBe([1, 3]);
    }

    [Fact]
    public async Task Vault_ThatHidesTheNewestPoint_IsToldWithoutABackup()
    {
        using var machine = await Victim.RegisterAsync(_service, "hides");
        var victim = machine.Fresh();
        await BackUpAsync(victim, JobState.Completed);
        await BackUpAsync(victim, JobState.Completed);
        var listed = await ListAsync(victim);
        var now = TimeProvider.System.GetUtcNow();
        LastPoints.Missed(victim.Home.ReadLastPoints(), listed, now).ShouldBeEmpty();
        LastPoints.Missed(victim.Home.ReadLastPoints(), [.. listed.SkipLast(1)], now).Single().Older.Shown.ShouldBe(1);
        LastPoints.Missed(victim.Home.ReadLastPoints(), [], now).Single().Older.Shown.ShouldBe(0);
    }

    private void PutBack()
    {
        Directory.Delete(_service.Data, recursive: true);
        CopyFolder(Copy, _service.Data);
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (string folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories).Prepend(from))
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
            if (!file.EndsWith(".socket", StringComparison.Ordinal))
                File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
    }

    private static async Task<JobReport> BackUpAsync(Victim victim, JobState expected)
    {
        await using var vault = victim.Open();
        var result = await victim.BackUpAsync(vault);
        result.Report.State.ShouldBe(
            expected, string.Join("; ", result.Report.Findings.Select(found => $"{found.Code} {found.Message}")));
        return result.Report;
    }

    private static async Task<IReadOnlyList<PointDescription>> ListAsync(Victim victim)
    {
        await using var vault = victim.Open();
        return await vault.ListPointsAsync(victim.Points, default);
    }

    private static async Task<IReadOnlyList<(LastPoint Last, OlderVault Older)>> MissedAsync(Victim victim) =>
        LastPoints.Missed(
            victim.Home.ReadLastPoints(), await ListAsync(victim), TimeProvider.System.GetUtcNow());
}
