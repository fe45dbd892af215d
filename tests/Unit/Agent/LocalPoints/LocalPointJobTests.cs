using Coffer.Agent.Homes;
using Coffer.Agent.Jobs;
using Coffer.Agent.LocalPoints;
using Coffer.Contracts.Jobs;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem.Snapshots.Keeping;
using Coffer.Unit.Agent.Jobs;

namespace Coffer.Unit.Agent.LocalPoints;

/// <summary>Which local points a backup job leaves behind.</summary>
public sealed class LocalPointJobTests : IDisposable
{
    private readonly JobScene _scene = new();
    private readonly KeptDouble _snapshots = new();
    private readonly Clock _clock = new();
    private readonly MachineId _machine = MachineId.New();
    private VolumeSpace? _space = new VolumeSpace(50, 100);

    public LocalPointJobTests() => _scene.Folder.AddFile("data/file", "text");

    private static SnapshotUse WhenPossible => SnapshotUse.WhenPossible;

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Run_WithTwoKept_LeavesTheNewestTwo()
    {
        Keep(2);
        var taken = new List<LocalPointName>();
        for (int run = 0; run < 3; run++)
        {
            (await RunAsync()).Report.State.ShouldBe(JobState.Completed);
            taken.Add(_snapshots.Points[^1]);
        }

        _snapshots.Points.ShouldBe(taken[1..]);
        _snapshots.OfRuns.ShouldBe(0, "what stays is made as one that stays");
        taken.ShouldAllBe(name => name.Source == _scene.Home.ReadSources().Single().Id);
    }

    [Fact]
    public async Task Run_BesideSomebodyWhoReads_LeavesThatOneForTheNext()
    {
        Keep(1);
        await RunAsync();
        var read = _snapshots.Points.Single();
        _snapshots.Read.Add(read);
        (await RunAsync()).Report.State.ShouldBe(JobState.Completed);
        _snapshots.Points.Count.ShouldBe(2);
        _snapshots.Read.Clear();
        await RunAsync();
        _snapshots.Points.ShouldHaveSingleItem().ShouldNotBe(read);
    }

    [Fact]
    public async Task Run_WithTheClockSetBack_LeavesTheOneJustTaken()
    {
        Keep(1);
        await RunAsync();
        var before = _snapshots.Points.Single();
        _clock.Now -= TimeSpan.FromDays(400);
        await RunAsync();
        _snapshots.Points.ShouldHaveSingleItem().TakenAt.ShouldBeLessThan(before.TakenAt);
    }

    [Theory]
    [InlineData(0, SnapshotUse.WhenPossible, 1)]
    [InlineData(2, SnapshotUse.Off, 0)]
    public async Task Run_WhereNoneAreKept_RemovesItsOwnThatThereAre(int kept, SnapshotUse use, int ofRuns)
    {
        Keep(2);
        await RunAsync();
        var others = LocalPointName.New(SourceId.New(), _clock.Now);
        _snapshots.Points.Add(others);
        Keep(kept);
        (await RunAsync(use)).Report.State.ShouldBe(JobState.Completed);
        _snapshots.Points.ShouldBe([others]);
        _snapshots.OfRuns.ShouldBe(ofRuns);
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(10, false)]
    public async Task Run_OnAVolumeThatFillsUp_KeepsNoneAndSaysSo(long free, bool isTold)
    {
        Keep(2);
        await RunAsync();
        _space = new VolumeSpace(free, 100);
        var result = await RunAsync();
        _snapshots.Points.Count.ShouldBe(isTold ? 0 : 2);
        result.Report.Findings.Select(finding => finding.Code).ShouldBe(isTold ? ["snapshot.not-kept"] : []);
        if (isTold) result.Report.Findings[0].Message.ShouldContain("2 local points removed");
        _scene.Vault.Committed.Count.ShouldBe(2, "the backups are whole");
    }

    [Fact]
    public async Task Run_ThatFails_LeavesALocalPoint()
    {
        Keep(1);
        _scene.Vault.FailingPack = 1;
        (await RunAsync()).Report.State.ShouldBe(JobState.Failed);
        _snapshots.Points.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Run_IntoASeed_NeitherKeepsNorRemoves()
    {
        Keep(1);
        await RunAsync();
        var kept = _snapshots.Points.ToList();
        Keep(0);
        await RunAsync(seed: new SeedTarget(_scene.Folder.AddFolder("seed"), new Dictionary<SourceId, long>()));
        Keep(5);
        await RunAsync(seed: new SeedTarget(_scene.Folder.AddFolder("seed"), new Dictionary<SourceId, long>()));
        _snapshots.Points.ShouldBe(kept);
        _snapshots.OfRuns.ShouldBe(2);
    }

    [Fact]
    public async Task Run_ThatCannotRemoveOne_TellsItsPlace()
    {
        Keep(1);
        await RunAsync();
        string place = $"double@{_snapshots.Points.Single()}";
        _snapshots.Removal = "it is held";
        var result = await RunAsync();
        result.Report.State.ShouldBe(JobState.CompletedWithWarnings);
        result.Report.Findings.Select(finding => (finding.Code, finding.Subject, finding.Message)).Distinct()
            .ShouldHaveSingleItem()
            .ShouldBe(("snapshot.left-over", place, "a local point was not removed: it is held"));
    }

    [Fact]
    public async Task Run_OnAVolumeThatKeepsNone_BacksUpAsEver()
    {
        Keep(3);
        var plain = new KeptDouble { IsKeeping = false };
        var result = await _scene.RunAsync(request => request with
        {
            Policy = _scene.Policy with { Snapshots = WhenPossible },
            SnapshotsOf = _ => plain,
        });
        result.Report.State.ShouldBe(JobState.Completed);
        (plain.OfRuns, plain.Points.Count).ShouldBe((1, 0));
    }

    private void Keep(int count) =>
        _scene.Home.WriteSettings(new AgentSettings { LocalPoints = count });

    private Task<BackupJobResult> RunAsync(SnapshotUse use = SnapshotUse.WhenPossible, SeedTarget? seed = null)
    {
        _clock.Now += TimeSpan.FromDays(1);
        return _scene.RunAsync(request => request with
        {
            Machine = request.Machine with { Id = _machine },
            Policy = _scene.Policy with { Snapshots = use },
            SnapshotsOf = _ => _snapshots,
            SpaceOf = _ => _space,
            Seed = seed,
            Time = _clock,
        });
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 3, 1, 20, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
