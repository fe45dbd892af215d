using Coffer.Agent.Backups;
using Coffer.Agent.Homes;
using Coffer.Agent.Hooks;
using Coffer.Agent.Jobs;
using Coffer.Agent.Policies;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Exclusions;
using Coffer.Domain.Protection;
using Coffer.FileSystem.Mounts;
using Coffer.Unit.FileSystem;

namespace Coffer.Unit.Agent.Jobs;

/// <summary>
/// Jobs over two volumes, of which one is stopped: a folder, and a small file system that is mounted in it.
/// </summary>
public sealed class StoppedJobTests : IDisposable
{
    private readonly JobScene _scene = new();
    private readonly string _disk;
    private readonly List<string> _backedUp = [];
    private bool _isMounted;

    public StoppedJobTests()
    {
        _scene.Folder.AddFile("data/file", "text");
        _disk = _scene.Folder.AddFolder("data/disk");
    }

    public void Dispose()
    {
        if (_isMounted) ReadingTests.Run("umount", _disk);
        _scene.Dispose();
    }

    [Fact]
    public async Task Run_OneIsStopped_IsCompletedWithoutIt()
    {
        await MountAndBackUpAsync();
        Stop(_disk);
        var result = await RunAsync();
        result.Report.Findings.ShouldBeEmpty();
        result.Report.State.ShouldBe(JobState.Completed);
        result.Report.SourceLabel.ShouldNotContain(_disk);
        result.Report.Facts.ShouldContain(new JobFact("sourcesLeftOut", 1));
        result.LeftOut.Single().Label.ShouldBe(_disk);
        result.Sources.ShouldHaveSingleItem().Source.Label.ShouldNotBe(_disk);
        _backedUp.ShouldNotContain(_disk);
        // Resumed, it is the same data source.
        _scene.Vault.Items.Clear();
        await RunAsync();
        _backedUp.ShouldContain(_disk);
    }

    [Fact]
    public async Task Run_StoppedSinceItWasPlanned_IsCompletedWithoutItToo()
    {
        await MountAndBackUpAsync();
        var result = await RunAsync(refused: _disk);
        result.Report.Findings.ShouldBeEmpty();
        result.Report.State.ShouldBe(JobState.Completed);
        result.Report.SourceLabel.ShouldNotContain(_disk);
        result.LeftOut.Single().Label.ShouldBe(_disk);
        result.Sources.ShouldHaveSingleItem().Source.Label.ShouldNotBe(_disk);
    }

    [Fact]
    public async Task Run_AllStoppedSinceItWasPlanned_FailsWithTheFault()
    {
        var result = await RunAsync(refused: "");
        result.Report.State.ShouldBe(JobState.Failed);
        result.Report.Findings.Single().Code.ShouldBe("protection.stopped");
        result.Sources.Single().Problem!.Code.ShouldBe("protection.stopped");
        result.LeftOut.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_AllStopped_IsNotBegun()
    {
        await RunAsync();
        foreach (var source in _scene.Home.ReadSources()) Stop(source.Label);
        int reports = _scene.Vault.Jobs.Count, backedUp = _backedUp.Count;
        (await Should.ThrowAsync<FaultException>(() => RunAsync())).Fault.Code.ShouldBe("protection.stopped");
        (_scene.Vault.Jobs.Count, _backedUp.Count).ShouldBe((reports, backedUp));
        _scene.Home.ReadQueuedReports().ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_AllStoppedWithAHookThatChangesNothing_IsCancelledWithTheReason()
    {
        await RunAsync();
        foreach (var source in _scene.Home.ReadSources()) Stop(source.Label);
        HookBefore("true");
        (await Should.ThrowAsync<FaultException>(() => RunAsync())).Fault.Code.ShouldBe("protection.stopped");
        var report = _scene.Vault.Jobs.Last();
        (report.State, report.Findings.Single().Code).ShouldBe((JobState.Cancelled, "protection.stopped"));
    }

    [Fact]
    public async Task Run_AllStoppedButWhatTheHookMounts_BacksThatUp()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting needs root");
        await RunAsync();
        Stop(_scene.Home.ReadSources().Single().Label);
        HookBefore($"mount -t tmpfs none {_disk} && echo other > {_disk}/other");
        _isMounted = true;
        _backedUp.Clear();

        var result = await RunAsync();

        result.Report.State.ShouldBe(JobState.Completed);
        _backedUp.ShouldBe([_disk]);
    }

    [Fact]
    public async Task Run_CancelledWhileTheVaultIsAsked_EndsAndIsToldLater()
    {
        _scene.Vault.IsAskedForItems = _scene.CancelAsync;
        var result = await RunAsync();
        result.Report.State.ShouldBe(JobState.Cancelled);
        _backedUp.ShouldBeEmpty();
        _scene.Home.ReadQueuedReports().ShouldHaveSingleItem().State.ShouldBe(JobState.Cancelled);
    }

    [Fact]
    public async Task Run_OfOneThatIsStopped_IsRefused()
    {
        await MountAndBackUpAsync();
        Stop(_disk);
        int backedUp = _backedUp.Count;
        var id = _scene.Home.ReadSources().Single(source => source.Label == _disk).Id;
        (await Should.ThrowAsync<FaultException>(() => RunAsync(choice: SourceChoice.Of([id])))).Fault.Guidance
            .ShouldContain($"coffer protection resume {_disk}");
        _backedUp.Count.ShouldBe(backedUp);
    }

    [Fact]
    public async Task Run_VaultCannotTell_HasFailedAndIsToldLater()
    {
        _scene.Vault.ItemsFault = new Fault("vault.unreachable", FaultKind.Failed, "It is away.");
        (await Should.ThrowAsync<FaultException>(() => RunAsync())).Fault.Code.ShouldBe("vault.unreachable");
        var waiting = _scene.Home.ReadQueuedReports().ShouldHaveSingleItem();
        (waiting.State, waiting.Findings.Single().Code).ShouldBe((JobState.Failed, "vault.unreachable"));
    }

    [Fact]
    public async Task Run_IntoASeed_LeavesOutWhatItsVaultDoesNotTake()
    {
        await MountAndBackUpAsync();
        Stop(_disk);
        var seed = new SeedTarget(_scene.Folder.AddFolder("seed"), new Dictionary<SourceId, long>())
        {
            Stopped = StoppedSources.Of(_scene.Vault.Items),
        };
        _scene.Vault.Items.Clear(); // a seed knows of nothing that was stopped
        var result = await _scene.RunAsync(request => Now(request) with { Seed = seed }, BackUp(null));
        result.LeftOut.Single().Label.ShouldBe(_disk);
    }

    [Fact]
    public async Task Run_WithAnExclusionForWhatIsNotWalked_DoesNotCallItUnused()
    {
        await MountAndBackUpAsync();
        var unused = ExclusionPattern.Parse("*.tmp"u8.ToArray());
        BackupJobRequest Excluding(BackupJobRequest request) => Now(request) with
        {
            Policy = _scene.Policy with { Exclusions = [unused] },
        };
        (await _scene.RunAsync(Excluding, BackUp(null))).WithoutEffect.ShouldBe([unused]);
        var id = _scene.Home.ReadSources().Single(source => source.Label == _disk).Id;
        (await _scene.RunAsync(request => Excluding(request) with { Sources = SourceChoice.Of([id]) }, BackUp(null)))
            .WithoutEffect.ShouldBeEmpty();
        Stop(_disk);
        (await _scene.RunAsync(Excluding, BackUp(null))).WithoutEffect.ShouldBeEmpty();
    }

    private async Task MountAndBackUpAsync()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting needs root");
        ReadingTests.Run("mount", "-t", "tmpfs", "none", _disk);
        _isMounted = true;
        await File.WriteAllTextAsync(Path.Combine(_disk, "other"), "other");
        var result = await RunAsync();
        (result.Report.State, result.Sources.Count).ShouldBe((JobState.Completed, 2));
        _backedUp.Clear();
    }

    private void HookBefore(string command)
    {
        string script = _scene.Folder.AddFile("hook", $"#!/bin/sh\n{command}\n");
        ReadingTests.Run("chmod", "700", script);
        _scene.Home.WriteSettings(_scene.Home.ReadSettings() with
        {
            Hooks = MachineHooks.None.With(
                HookMoment.Before, new Hook(script, [], TimeSpan.FromMinutes(1), HookRule.Fail)),
        });
    }

    private void Stop(string label)
    {
        var source = _scene.Home.ReadSources().Single(known => known.Label == label);
        _scene.Vault.Items.Add(new BackupItem(
            source.Id, MachineId.New(), "host", "volume", label, ProtectionState.StoppedWithDataRetained, null, 1, 0, 0,
            null, null, null));
    }

    /// <param name="refused">What the vault refuses once it is begun: this label, or all of an empty one.</param>
    private Task<BackupJobResult> RunAsync(string? refused = null, SourceChoice? choice = null) => _scene.RunAsync(
        request => Now(request) with { Sources = choice ?? SourceChoice.All }, BackUp(refused));

    private static BackupJobRequest Now(BackupJobRequest request) => request with
    {
        Mounts = MountTable.Read(),
        SnapshotsOf = _ => null,
    };

    private BackupSourceAsync BackUp(string? refused) => (request, progress, cancellation) =>
    {
        string label = request.Source.Label;
        _backedUp.Add(label);
        return refused is null || (refused.Length > 0 && refused != label)
            ? BackupRun.RunAsync(request, progress, cancellation)
            : throw new FaultException(
                StoppedFaults.Of(ProtectionState.StoppedWithDataRetained, label, label));
    };
}
