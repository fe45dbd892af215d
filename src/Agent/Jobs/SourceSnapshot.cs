using Coffer.Agent.LocalPoints;
using Coffer.Agent.Policies;
using Coffer.Contracts.Jobs;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem.Snapshots;
using Coffer.FileSystem.Snapshots.Keeping;

namespace Coffer.Agent.Jobs;

/// <summary>
/// The snapshot of one source, as the policy would have it, and what is to be told of it. Where local points are to be
/// kept it is one from the start: there while it is read, and after a run that was killed.
/// </summary>
internal sealed class SourceSnapshot(BackupJobRequest request, JobWriter job, PlannedSource planned)
{
    private readonly ISnapshotProvider? _provider =
        (request.SnapshotsOf ?? SnapshotProviders.For(request.Time))(planned.Mount!);
    private readonly int _localPoints =
        request.Policy.Snapshots == SnapshotUse.Off ? 0 : request.Home.ReadSettings().LocalPoints;

    private LocalPointName? _kept;

    /// <summary>To be left out, whether one is taken or not.</summary>
    public IReadOnlyList<byte[]> Folders => _provider?.FoldersOn(planned.Mount!) ?? [];

    private bool IsOff => request.Policy.Snapshots == SnapshotUse.Off;

    /// <summary>
    /// Null where the live files are read; where a snapshot was to be had and failed, the job says so.
    /// </summary>
    /// <param name="begins">Happens where one is taken, just before.</param>
    /// <exception cref="FaultException"><c>snapshot.failed</c>: there is none, and the policy requires one.</exception>
    public async Task<VolumeSnapshot?> TakeAsync(Action begins, CancellationToken cancellationToken)
    {
        if (_provider is null)
            return IsOff ? null : Missing(
                $"the volume is {planned.Mount!.FileSystemType} and lies on no logical volume", isWarned: false);
        if (!_provider.CanSnapshot(planned.Mount!, out string reason))
            return IsOff ? null : Missing(reason, isWarned: false);
        foreach (string name in await _provider.RemoveLeftOversAsync(planned.Mount!, cancellationToken))
            NoteLeftOver(name, "a snapshot of a run that never ended could not be removed");
        // Before one is taken nothing has to go for it: a run that fails here takes nothing away.
        if (_localPoints == 0) await PruneAsync(0);
        if (IsOff) return null;
        begins();
        var attempt = await CreateAsync(cancellationToken);
        if (attempt.Snapshot is null) return Missing(attempt.Problem, isWarned: true);
        if (_kept is not null) await PruneAsync(_localPoints);
        return attempt.Snapshot;
    }

    public async Task RemoveAsync(VolumeSnapshot? snapshot)
    {
        if (snapshot is null) return;
        await snapshot.DisposeAsync();
        if (snapshot.RemovalProblem is { } problem)
            NoteLeftOver(snapshot.Name, $"a snapshot was not removed: {problem}");
        if (_kept is null) return;
        if (request.SpaceOf(planned.Mount!) is { } space && !LocalPointRules.HasRoom(space)) await GiveUpAsync();
        else await PruneAsync(_localPoints);
    }

    private async Task<SnapshotAttempt> CreateAsync(CancellationToken cancellationToken)
    {
        // A seed is a copy by hand: it neither keeps nor removes what the machine's own backups keep.
        if (request.Seed is not null || _localPoints == 0 || _provider!.Kept is not { } kept)
            return await _provider!.CreateAsync(planned.Mount!, cancellationToken);
        var name = LocalPointName.New(planned.Source.Id, request.Time.GetUtcNow());
        var attempt = await kept.CreateAsync(planned.Mount!, name, cancellationToken);
        if (attempt.Snapshot is not null) _kept = name;
        return attempt;
    }

    // All of them, as the older ones hold on to more of the space.
    private async Task GiveUpAsync()
    {
        _kept = null;
        if (await PruneAsync(0) is not { } result) return;
        string stay = result.Read == 0 ? "" : $", {result.Read} stay while they are read";
        job.Add(new JobFinding("snapshot.not-kept", planned.Source.Label,
            "less than a tenth of the volume is free, and none is kept there until there is more room:"
            + $" {result.Removed} local point{(result.Removed == 1 ? "" : "s")} removed{stay}"));
    }

    // To its end also where the run is cancelled: it is few and short, and what stays holds on to space.
    private async Task<UpkeepResult?> PruneAsync(int count)
    {
        if (request.Seed is not null || _provider!.Kept is not { } kept) return null;
        var upkeep = new LocalPointUpkeep(kept, planned.Mount!, planned.Source.Id, request.Time);
        var result = await upkeep.KeepAsync(count, _kept, CancellationToken.None);
        foreach (var (place, problem) in result.Left)
            NoteLeftOver(place, $"a local point was not removed: {problem}");
        return result;
    }

    // It holds on to the space of all that changes from now on, so its owner must hear of it.
    private void NoteLeftOver(string name, string what) =>
        job.Add(new JobFinding("snapshot.left-over", name, what));

    private VolumeSnapshot? Missing(string reason, bool isWarned)
    {
        string label = planned.Source.Label;
        if (request.Policy.Snapshots == SnapshotUse.Required)
            throw FaultException.Failed("snapshot.failed", $"No snapshot of {label} could be taken: {reason}.",
                "The policy requires one; change it to when-possible to read the live files.");
        if (isWarned)
            job.Add(new JobFinding(
                "snapshot.failed", label, $"No snapshot could be taken, live files were read: {reason}."));
        return null;
    }
}
