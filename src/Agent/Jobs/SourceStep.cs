using System.Text;
using Coffer.Agent.Backups;
using Coffer.Agent.Homes;
using Coffer.Agent.Policies;
using Coffer.Contracts.Jobs;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots;
using Coffer.Format.Points;
using Coffer.Format.Policies;

namespace Coffer.Agent.Jobs;

/// <summary>Progress of the source that is backed up now.</summary>
public sealed record SourceProgress(string SourceLabel, BackupProgress Run);

/// <summary>One source of a backup job: its snapshot, its run, and what came of it.</summary>
/// <param name="done">What the sources before it came to.</param>
internal sealed class SourceStep(
    BackupJobRequest request, JobWriter job, IPathFilter filter, IReadOnlyList<byte[]> ownFolders,
    PointStatistics done)
{
    /// <summary>Kinds of file system whose inode numbers outlive a mount.</summary>
    private static readonly HashSet<string> s_keepInodes =
        ["ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "bcachefs", "tmpfs", "jfs", "reiserfs", "nfs", "nfs4"];

    public async Task<SourceOutcome> RunAsync(
        PlannedSource planned, BackupSourceAsync backUp, IProgress<SourceProgress>? progress,
        CancellationToken cancellationToken)
    {
        if (planned.Problem is { } problem) return Failed(planned, problem);
        try
        {
            var result = await BackUpAsync(planned, backUp, progress, cancellationToken);
            job.Add(result.Findings, result.FindingsTotal);
            Remember(planned, result);
            return new SourceOutcome(planned.Source, result, null);
        }
        catch (FaultException e)
        {
            return Failed(planned, e.Fault);
        }
        catch (CorruptionException e)
        {
            return Failed(planned, new Fault("data.damaged", FaultKind.Failed, e.Message));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Failed(planned, CacheFaults.Of(e, request.Home.CacheFolder));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new SourceOutcome(planned.Source, null, null);
        }
    }

    // After the point counts: a machine that dies in between remembers less than the vault has, which is no harm.
    private void Remember(PlannedSource planned, BackupResult result)
    {
        if (result.Older is { } older)
            job.Add(new JobFinding(OlderVault.Code, planned.Source.Label, older.Tell(planned.Source.Label)));
        if (request.Seed is not null || (result.Point is null && result.Older is null)) return;
        try
        {
            request.Home.WriteLastPoints(
                LastPoints.Note(request.Home.ReadLastPoints(), planned.Source, result.Point, result.Older));
        }
        catch (FaultException e) when (e.Fault.Code == "home.unwritable")
        {
            job.Add(new JobFinding(e.Fault.Code, planned.Source.Label, e.Fault.Message)); // the point stands
        }
    }

    private async Task<BackupResult> BackUpAsync(
        PlannedSource planned, BackupSourceAsync backUp, IProgress<SourceProgress>? progress,
        CancellationToken cancellationToken)
    {
        var frozen = new SourceSnapshot(request, job, planned);
        void Tell(BackupPhase phase) =>
            progress?.Report(new SourceProgress(planned.Source.Label, BackupProgress.At(phase)));
        Tell(BackupPhase.Initializing);
        var relay = new Relay(planned.Source.Label, progress);
        await using var reports = job.KeepRefreshing(() => JobFacts.Tell(job, JobFacts.Sum(done, relay.Last)));
        var snapshot = await frozen.TakeAsync(() => Tell(BackupPhase.TakingSnapshot), cancellationToken);
        try
        {
            return await backUp(RequestFor(planned, snapshot, frozen.Folders), relay, cancellationToken);
        }
        finally
        {
            await frozen.RemoveAsync(snapshot);
        }
    }

    private SourceOutcome Failed(PlannedSource planned, Fault problem)
    {
        var outcome = new SourceOutcome(planned.Source, null, problem);
        // Whether the job fails by it or goes on without it is known at the end.
        if (!outcome.IsStopped) job.Add(FindingOf(outcome));
        return outcome;
    }

    /// <param name="failed">With a problem.</param>
    public static JobFinding FindingOf(SourceOutcome failed) => new(
        failed.Problem!.Code, failed.Source.Label, $"{failed.Problem.Message} {failed.Problem.Guidance}".Trim());

    private BackupRequest RequestFor(
        PlannedSource planned, VolumeSnapshot? snapshot, IReadOnlyList<byte[]> folders) => new()
        {
            Vault = request.Vault,
            Keys = request.Keys,
            Machine = request.Machine.Id,
            MachineName = request.Machine.Name,
            Source = new BackupSource(
            planned.Source.Id, planned.Source.Label, planned.Mount!.MountPoint, planned.Source.Volume, planned.Paths,
            s_keepInodes.Contains(planned.Mount.FileSystemType), planned.Mount.Class == MountClass.Network),
            Job = job.Report.Id,
            CacheFolder = Path.Combine(
            request.Seed is null ? request.Home.CacheFolder : request.Home.SeedCacheFolder,
            planned.Source.Id.ToString()),
            PolicyJson = Encoding.UTF8.GetString(PolicyCodec.Encode(request.Policy)),
            Filter = filter,
            NeverBackedUp = [.. ownFolders, .. folders],
            SkipsCacheFolders = request.Policy.SkipsCacheFolders,
            Snapshot = snapshot,
            MountedOver = [.. request.Mounts.Below(planned.Mount.MountPoint)
            .Where(mount => !mount.IsFile).Select(mount => mount.MountPoint)],
            LastPoint = request.Seed is null
            ? request.Home.ReadLastPoints().FirstOrDefault(last => last.Source == planned.Source.Id)
            : null,
            RetainUntil = request.RetainUntil,
            SequenceAbove = request.Seed?.Sequences.GetValueOrDefault(planned.Source.Id) ?? 0,
            Time = request.Time,
        };

    private sealed class Relay(string label, IProgress<SourceProgress>? target) : IProgress<BackupProgress>
    {
        private volatile PointStatistics _last = PointStatistics.None;

        public PointStatistics Last => _last;

        public void Report(BackupProgress value)
        {
            _last = value.Statistics;
            target?.Report(new SourceProgress(label, value));
        }
    }
}
