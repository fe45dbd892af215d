using System.Text;
using Coffer.Agent.Browsing;
using Coffer.Agent.Restores.Resuming;
using Coffer.Agent.Restores.Targets;
using Coffer.Agent.Restores.Writing;
using Coffer.Domain;
using Coffer.FileSystem.Machines;
using Coffer.FileSystem.Restoring;
using Coffer.FileSystem.Walking;
using Coffer.Format;

namespace Coffer.Agent.Restores.Local;

/// <summary>
/// Restores from local points, by the same rules and through the same gate into the target as from those of a vault:
/// 1. A snapshot is read through its own folder, which is held open: nobody removes it meanwhile.
/// 2. Neither a vault nor a key nor the job lock is asked for, so that it works while a backup runs.
/// 3. One that is cut off goes on by the journal, where there is a home to keep it in.
/// 4. Cancelled or at a fault it finishes the folders that it has begun, as nothing may ever go on from there.
/// </summary>
public sealed class LocalRestoreRun(LocalRestoreRequest request, TimeProvider time)
{
    private readonly RestoreTally _tally = new(MachineFacts.IsRoot);
    private readonly RestoreAspects _aspects =
        request.WithPermissions ? RestoreAspects.All : RestoreAspects.WithoutPermissions;
    private bool _isResumed;

    /// <exception cref="FaultException">
    /// <c>local-point.not-there</c>, <c>local-point.unreadable</c>, <c>path.not-in-point</c>, <c>restore.no-target</c>,
    /// <c>restore.no-space</c>, <c>restore.read-only</c>.
    /// </exception>
    public async Task<RestoreResult> RunAsync(
        IProgress<RestoreProgress>? progress, CancellationToken cancellationToken)
    {
        var places = LocalPlan.Places(request);
        var roots = new Dictionary<string, VolumeRoot>();
        try
        {
            foreach (var place in places)
                if (!roots.ContainsKey(place.Point.Place)) roots.Add(place.Point.Place, place.Point.Open());
            VolumeRoot RootOf(LocalPlan.Place place) => roots[place.Point.Place];

            if (request.IsDryRun) Preview(places, RootOf, cancellationToken);
            else await RestoreAsync(places, RootOf, progress, cancellationToken);
            foreach (byte[] key in LocalPlan.LeftOut(request))
                _tally.Find(
                    key, "local-point.left-out", "what is mounted here has no chosen local point: it stays out");
            return _tally.Result(_isResumed);
        }
        finally
        {
            foreach (var root in roots.Values) root.Dispose();
        }
    }

    private void Preview(
        IReadOnlyList<LocalPlan.Place> places, Func<LocalPlan.Place, VolumeRoot> rootOf,
        CancellationToken cancellationToken)
    {
        _ = Measure(places, rootOf, cancellationToken);
        using var target = new TargetPreview(request.IfExists, _aspects, _tally);
        foreach (var place in places)
        {
            target.Start(place.Folder, place.RootKey);
            using var walker = SnapshotWalk.Start(request, place, rootOf(place));
            while (walker.MoveNext())
            {
                cancellationToken.ThrowIfCancellationRequested();
                byte[] key = AbsolutePath.Join(place.MountKey, walker.Path);
                bool isJudged = walker.Kind is WalkKind.Entry or WalkKind.Boundary
                    && walker.Boundary != BoundaryKind.SubvolumeLeftOut && key.Length > place.RootKey.Length;
                if (isJudged && !target.Judge(key, SnapshotEntry.Basic(walker.Metadata))) walker.SkipContents();
            }
        }
    }

    private async Task RestoreAsync(
        IReadOnlyList<LocalPlan.Place> places, Func<LocalPlan.Place, VolumeRoot> rootOf,
        IProgress<RestoreProgress>? progress, CancellationToken cancellationToken)
    {
        var total = Measure(places, rootOf, cancellationToken);
        using var targets = new RestoreTargets(_aspects);
        var parts = places.Select((place, number) => PartOf(place, number, targets)).ToList();
        using var journal = request.JournalFolder is { } folder
            ? RestoreJournal.Open(folder, IdentityOf(places), request.IsRestart, time.GetUtcNow())
            : null;
        _isResumed = journal?.Mark is not null;
        var scene = new RestoreScene(request.IfExists, _aspects, _tally, new HardLinks(), journal?.Mark);
        var pace = new RestorePace(progress, _tally, total, journal, targets, time);
        using var entries = new EntryWriter(scene);
        HashSet<string> ways = [];
        try
        {
            foreach (var (place, part) in places.Zip(parts))
            {
                var known = new SnapshotFolders();
                var folders = new FolderPath(scene, part, known, time) { Ways = ways };
                using var walker = SnapshotWalk.Start(request, place, rootOf(place));
                var lister = new SnapshotLister(scene, part, place.MountKey, walker, entries)
                {
                    Inner = [.. places.Where(place => place.Start.Length == 0).Select(place => place.MountKey)],
                    Folders = folders,
                    Known = known,
                };
                await RunAsync(lister, folders, part.Number, pace, journal is not null, cancellationToken);
            }
        }
        finally
        {
            scene.Links.Release();
        }

        journal?.Remove();
        progress?.Report(_tally.Progress(total));
    }

    private static async Task RunAsync(
        SnapshotLister lister, FolderPath folders, int part, RestorePace pace, bool hasJournal,
        CancellationToken cancellationToken)
    {
        folders.Start();
        try
        {
            while (await lister.StepAsync(cancellationToken))
                await pace.StepAsync(null, part, lister.LastPath, cancellationToken);
        }
        catch
        {
            folders.CutOff(isGoneOnWith: hasJournal);
            throw;
        }

        folders.Finish();
    }

    private LocalPart PartOf(LocalPlan.Place place, int number, RestoreTargets targets)
    {
        var target = targets.Open(place.Folder, request.TargetFolder is not null, out bool isOurs);
        var names = new CopyName(place.Point.Name.TakenAt, time.LocalTimeZone);
        return new LocalPart(number, place.RootKey, target, isOurs, names);
    }

    private ReadOnlySpan<byte> IdentityOf(IReadOnlyList<LocalPlan.Place> places)
    {
        var bytes = new ByteWriter();
        foreach (var place in places)
        {
            bytes.Block(Encoding.UTF8.GetBytes(place.Point.Name.ToString()));
            bytes.Block(place.Point.Mount.MountPoint);
            bytes.Block(place.Start);
        }

        bytes.Block(request.TargetFolder);
        bytes.Byte((byte)request.IfExists);
        bytes.Byte((byte)(request.WithPermissions ? 1 : 0));
        return bytes.Written;
    }

    private TreeSize Measure(
        IReadOnlyList<LocalPlan.Place> places, Func<LocalPlan.Place, VolumeRoot> rootOf,
        CancellationToken cancellationToken)
    {
        long files = 0, bytes = 0;
        foreach (var place in places)
        {
            using var walker = SnapshotWalk.Start(request, place, rootOf(place));
            var (more, moreBytes) = SnapshotWalk.Measure(walker, place, cancellationToken);
            (files, bytes) = (files + more, bytes + moreBytes);
        }

        return new TreeSize(files, 0, 0, bytes);
    }
}
