using Coffer.Agent.Policies;
using Coffer.Contracts.Jobs;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem.Snapshots;

namespace Coffer.Agent.Jobs;

/// <summary>The snapshot of one source, as the policy would have it, and what is to be told of it.</summary>
internal sealed class SourceSnapshot(BackupJobRequest request, JobWriter job, PlannedSource planned)
{
    private readonly ISnapshotProvider? _provider = request.SnapshotsOf is { } instead
        ? instead(planned.Mount!)
        : SnapshotProviders.Of(planned.Mount!, request.Time);

    /// <summary>To be left out, whether one is taken or not.</summary>
    public IReadOnlyList<byte[]> Folders => _provider?.FoldersOn(planned.Mount!) ?? [];

    /// <summary>
    /// Null where the live files are read; where a snapshot was to be had and failed, the job says so.
    /// </summary>
    /// <param name="begins">Happens where one is taken, just before.</param>
    /// <exception cref="FaultException"><c>snapshot.failed</c>: there is none, and the policy requires one.</exception>
    public async Task<VolumeSnapshot?> TakeAsync(Action begins, CancellationToken cancellationToken)
    {
        bool isOff = request.Policy.Snapshots == SnapshotUse.Off;
        if (_provider is null)
            return isOff ? null : Missing(
                $"the volume is {planned.Mount!.FileSystemType} and lies on no logical volume", isWarned: false);
        if (!_provider.CanSnapshot(planned.Mount!, out string reason))
            return isOff ? null : Missing(reason, isWarned: false);
        foreach (string name in await _provider.RemoveLeftOversAsync(planned.Mount!, cancellationToken))
            NoteLeftOver(name, "of a run that never ended could not be removed");
        if (isOff) return null;
        begins();
        var attempt = await _provider.CreateAsync(planned.Mount!, cancellationToken);
        return attempt.Snapshot ?? Missing(attempt.Problem, isWarned: true);
    }

    public async Task RemoveAsync(VolumeSnapshot? snapshot)
    {
        if (snapshot is null) return;
        await snapshot.DisposeAsync();
        if (snapshot.RemovalProblem is { } problem) NoteLeftOver(snapshot.Name, $"was not removed: {problem}");
    }

    // It holds on to the space of all that changes from now on, so its owner must hear of it.
    private void NoteLeftOver(string name, string what) =>
        job.Add(new JobFinding("snapshot.left-over", name, $"a snapshot {what}"));

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
