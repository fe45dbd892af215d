using Coffer.Agent.Doctor;
using Coffer.Agent.Jobs;
using Coffer.Contracts.Jobs;
using Coffer.Domain.Policies;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots;
using Coffer.FileSystem.Walking;

namespace Coffer.Unit.Agent.Jobs;

/// <summary>What a job makes of snapshots that are had, fail, spoil and cannot be removed.</summary>
public sealed class SnapshotJobTests : IDisposable
{
    private readonly JobScene _scene = new();
    private readonly Provider _provider = new();

    public SnapshotJobTests() => _scene.Folder.AddFile("data/file", "text");

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Run_WithASnapshot_TakesItFirstAndRemovesIt()
    {
        var result = await RunAsync(SnapshotUse.WhenPossible);
        result.Report.State.ShouldBe(JobState.Completed);
        _scene.Phases.ShouldBe(["Initializing", "TakingSnapshot", "Transferring", "Verifying", "Completed"]);
        _provider.Log.ShouldBe(["left-overs", "create", "check", "remove"]);
    }

    [Fact]
    public async Task Run_OfASnapshotThatSpoilt_MakesNoPoint()
    {
        _provider.Spoilt = "it overflowed";
        var result = await RunAsync(SnapshotUse.WhenPossible);
        result.Report.State.ShouldBe(JobState.Failed);
        result.Sources.Single().Problem!.Code.ShouldBe("snapshot.spoiled");
        _scene.Vault.Committed.ShouldBeEmpty();
        _provider.Log.ShouldBe(["left-overs", "create", "check", "remove"]);
        // What was sent is taken up by the next.
        _provider.Spoilt = null;
        (await RunAsync(SnapshotUse.WhenPossible)).Report.State.ShouldBe(JobState.Completed);
    }

    [Theory]
    [InlineData(SnapshotUse.WhenPossible, JobState.CompletedWithWarnings)]
    [InlineData(SnapshotUse.Required, JobState.Failed)]
    [InlineData(SnapshotUse.Off, JobState.Completed)]
    public async Task Run_WhereOneFails_GoesByThePolicyAndSaysSo(SnapshotUse use, JobState state)
    {
        _provider.Failure = "no room";
        var result = await RunAsync(use);
        result.Report.State.ShouldBe(state);
        var told = result.Report.Findings.Select(finding => finding.Code);
        told.ShouldBe(use == SnapshotUse.Off ? [] : ["snapshot.failed"]);
        _provider.Log.ShouldBe(use == SnapshotUse.Off ? ["left-overs"] : ["left-overs", "create"]);
    }

    [Theory]
    [InlineData(SnapshotUse.WhenPossible, true, JobState.Completed)]
    [InlineData(SnapshotUse.WhenPossible, false, JobState.Completed)]
    [InlineData(SnapshotUse.Required, true, JobState.Failed)]
    [InlineData(SnapshotUse.Required, false, JobState.Failed)]
    [InlineData(SnapshotUse.Off, true, JobState.Completed)]
    [InlineData(SnapshotUse.Off, false, JobState.Completed)]
    public async Task Run_WhereThereIsNone_FailsOnlyWhereOneIsRequired(SnapshotUse use, bool isKind, JobState state)
    {
        _provider.Objection = "needs root";
        (await RunAsync(use, _ => isKind ? _provider : null)).Report.State.ShouldBe(state);
        _provider.Log.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_WithSnapshotsThatStay_TellsTheirNames()
    {
        _provider.Left.Add("vg/coffer.1");
        _provider.Removal = "it is busy";
        var result = await RunAsync(SnapshotUse.WhenPossible);
        result.Report.State.ShouldBe(JobState.CompletedWithWarnings);
        result.Report.Findings.Select(finding => (finding.Code, finding.Subject, finding.Message)).ShouldBe(
        [
            ("snapshot.left-over", "vg/coffer.1", "a snapshot of a run that never ended could not be removed"),
            ("snapshot.left-over", "vg/own", "a snapshot was not removed: it is busy"),
        ]);
        _scene.Vault.Committed.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Run_ThatFails_RemovesTheSnapshotToo()
    {
        _scene.Vault.FailingPack = 1;
        (await RunAsync(SnapshotUse.WhenPossible)).Report.State.ShouldBe(JobState.Failed);
        _provider.Log[^1].ShouldBe("remove");
    }

    [Fact]
    public async Task Look_AtLeftOvers_TellsThoseOfAllVolumes()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root sees snapshots");
        (await LookAsync()).ShouldBe(CheckResult.Good(
            "none left behind; 2 volumes can be frozen"));
        _provider.Left.Add("vg/coffer.1");
        var found = await LookAsync();
        (found.Grade, found.Code).ShouldBe((CheckGrade.Warning, "snapshot.left-over"));
        found.Found.ShouldStartWith("1 of runs that never ended");
        found.Found.ShouldEndWith("vg/coffer.1");
        _provider.Objection = "needs root";
        (await LookAsync()).Found.ShouldStartWith("no volume here");
        _provider.Log.ShouldBeEmpty("it only looks");
    }

    private Task<CheckResult> LookAsync() => SnapshotChecks.LookAsync(
        MountTable.Parse("29 1 253:0 / / rw - ext4 /dev/a rw\n30 29 253:1 / /home rw - ext4 /dev/b rw\n"u8),
        _ => _provider, CancellationToken.None);

    private Task<BackupJobResult> RunAsync(SnapshotUse use, Func<Mount, ISnapshotProvider?>? snapshots = null) =>
        _scene.RunAsync(request => request with
        {
            Policy = _scene.Policy with { Snapshots = use },
            SnapshotsOf = snapshots ?? (_ => _provider),
        });

    /// <summary>Its snapshots show the live files.</summary>
    private sealed class Provider : ISnapshotProvider
    {
        public string Name => "double";

        public List<string> Log { get; } = [];

        public List<string> Left { get; } = [];

        public string? Objection { get; set; }

        public string? Failure { get; set; }

        public string? Spoilt { get; set; }

        public string? Removal { get; set; }

        public IReadOnlyList<byte[]> FoldersOn(Mount mount) => [];

        public bool CanSnapshot(Mount mount, out string reason)
        {
            reason = Objection ?? "";
            return Objection is null;
        }

        public Task<SnapshotAttempt> CreateAsync(Mount mount, CancellationToken cancellationToken)
        {
            Log.Add("create");
            if (Failure is not null) return Task.FromResult(SnapshotAttempt.Failed(Failure));
            VolumeRoot.Open(mount.MountPoint, out var root).IsError.ShouldBeFalse();
            return Task.FromResult(SnapshotAttempt.Of(new Snapshot(this, root!)));
        }

        public Task<IReadOnlyList<string>> LeftOversAsync(Mount mount, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<string>>(Left);

        public Task<IReadOnlyList<string>> RemoveLeftOversAsync(Mount mount, CancellationToken cancellationToken)
        {
            Log.Add("left-overs");
            return Task.FromResult<IReadOnlyList<string>>(Left);
        }
    }

    private sealed class Snapshot(Provider provider, VolumeRoot root) : VolumeSnapshot
    {
        public override string Name => "vg/own";

        public override VolumeRoot Root => root;

        public override Task<string?> ProblemAsync(CancellationToken cancellationToken)
        {
            provider.Log.Add("check");
            return Task.FromResult(provider.Spoilt);
        }

        public override ValueTask DisposeAsync()
        {
            provider.Log.Add("remove");
            RemovalProblem = provider.Removal;
            Root.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
