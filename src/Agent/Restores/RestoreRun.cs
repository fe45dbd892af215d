using System.Runtime.ExceptionServices;
using Coffer.Agent.Browsing;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Restoring;
using PathOrder = Coffer.Format.Listing.PathOrder;

namespace Coffer.Agent.Restores;

/// <summary>
/// Restores parts of points. One lister walks the listing in order, makes folders and gathers what lies in one chunk;
/// the writers open each chunk once and write its files:
/// 1. A folder is made for us alone and gets its metadata when the last work in it is done, deepest first.
/// 2. Everything is reached through the target's gate, one checked name at a time, so nothing lands outside.
/// 3. What cannot be opened costs the files that need it; each is told by name, and nothing stands in its place.
/// 4. Every half minute all that was begun is finished, flushed and noted in the journal; a run that is cut off goes
///    on from the note and takes for its own only what lost nothing by being written anew.
/// </summary>
public sealed class RestoreRun(RestoreRequest request, TimeProvider time)
{
    private readonly RestoreTally _tally = new();

    /// <exception cref="FaultException">
    /// <c>path.not-in-point</c>, <c>restore.no-target</c>, <c>restore.no-space</c>, <c>restore.read-only</c>.
    /// </exception>
    public async Task<RestoreResult> RunAsync(
        IProgress<RestoreProgress>? progress, CancellationToken cancellationToken)
    {
        var aspects = request.WithPermissions ? RestoreAspects.All : RestoreAspects.WithoutPermissions;
        using var targets = new RestoreTargets(aspects);
        var plan = await PlanAsync(targets, cancellationToken);
        var total = await MeasureAsync(plan, cancellationToken);
        var scene = new RestoreScene(request, aspects, _tally, new HardLinks(), null);
        var queue = new BatchQueue();
        try
        {
            await RunAllAsync(scene, plan, queue, new ProgressPace(progress, _tally, total, time), cancellationToken);
        }
        finally
        {
            scene.Links.Release();
        }

        progress?.Report(_tally.Progress(total));
        return _tally.Result(isResumed: false);
    }

    private static async Task RunAllAsync(
        RestoreScene scene, List<RestorePart> plan, BatchQueue queue, ProgressPace pace, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ExceptionDispatchInfo? first = null;
        int writers = Math.Clamp(Environment.ProcessorCount, 2, RestoreLimits.MaxWriters);
        var tasks = new Task[writers + 1];
        for (int i = 0; i < writers; i++) tasks[i] = Task.Run(() => Guarded(() => WriteAsync(scene, queue, stop.Token)), CancellationToken.None);
        tasks[writers] = Task.Run(() => Guarded(() => ListAsync(scene, plan, queue, pace, stop.Token)), CancellationToken.None);
        await Task.WhenAll(tasks);
        first?.Throw();

        async Task Guarded(Func<Task> work)
        {
            try
            {
                await work();
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref first, ExceptionDispatchInfo.Capture(e), null);
                await stop.CancelAsync();
            }
        }
    }

    private static async Task WriteAsync(RestoreScene scene, BatchQueue queue, CancellationToken cancellationToken)
    {
        using var writer = new BatchWriter(scene, queue);
        await writer.RunAsync(cancellationToken);
    }

    private static async Task ListAsync(
        RestoreScene scene, List<RestorePart> plan, BatchQueue queue, ProgressPace pace, CancellationToken cancellationToken)
    {
        try
        {
            using var entries = new EntryWriter(scene);
            HashSet<string> ways = [];
            foreach (var part in plan)
            {
                var metadata = new EntryMetadata(part.Pages);
                var folders = new FolderPath(scene, part, metadata, TimeProvider.System) { Ways = ways };
                folders.Start();
                var lister = new PartLister(scene, part, queue, folders, metadata, entries);
                while (await lister.StepAsync(cancellationToken)) pace.Step();
                folders.Finish();
                await queue.DrainAsync(cancellationToken);
            }
        }
        finally
        {
            queue.Complete();
        }
    }

    // The innermost volumes first: an outer one then finds their places made, and finishes the folders above them.
    private async Task<List<RestorePart>> PlanAsync(RestoreTargets targets, CancellationToken cancellationToken)
    {
        var plan = new List<RestorePart>();
        foreach (byte[] path in request.Paths)
        {
            byte[] key = AbsolutePath.ToKey(path);
            var parts = await request.Points.PartsAsync(path, cancellationToken);
            foreach (var tree in parts.Reverse())
            {
                byte[] rootKey = request.TargetFolder is null
                    ? tree.Point.MountKey
                    : key[..Math.Max(0, PathOrder.ParentLength(key))];
                byte[] place = request.TargetFolder ?? AbsolutePath.FromKey(tree.Point.MountKey);
                var target = targets.Open(place, request.TargetFolder is not null, out bool isOurs);
                var names = new CopyName(tree.Point.Body.AgentTime, time.LocalTimeZone);
                plan.Add(new RestorePart(plan.Count, tree, rootKey, target, isOurs, names));
            }
        }

        return plan;
    }

    private static async Task<TreeSize> MeasureAsync(List<RestorePart> plan, CancellationToken cancellationToken)
    {
        var total = default(TreeSize);
        foreach (var part in plan)
        {
            var tree = part.Tree;
            if (tree.Start.Length == 0 && tree.Hidden.Count == 0)
            {
                var known = tree.Point.Body.Statistics;
                total = new TreeSize(
                    total.Files + known.Files, total.Folders + known.Folders, total.Others + known.Others, total.Bytes + known.Bytes);
                continue;
            }

            var cursor = new PartCursor(tree, static _ => { });
            while (await cursor.MoveNextAsync(cancellationToken)) total = PointTree.Add(total, in cursor.Entry.Fields);
        }

        return total;
    }
}
