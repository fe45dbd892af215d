using System.Runtime.ExceptionServices;
using Coffer.Agent.Browsing;
using Coffer.Agent.Restores.Resuming;
using Coffer.Agent.Restores.Targets;
using Coffer.Agent.Restores.Writing;
using Coffer.Domain;
using Coffer.FileSystem.Machines;
using Coffer.FileSystem.Restoring;

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
    private readonly RestoreTally _tally = new(MachineFacts.IsRoot);

    /// <exception cref="FaultException">
    /// <c>path.not-in-point</c>, <c>restore.no-target</c>, <c>restore.no-space</c>, <c>restore.read-only</c>.
    /// </exception>
    public async Task<RestoreResult> RunAsync(
        IProgress<RestoreProgress>? progress, CancellationToken cancellationToken)
    {
        var aspects = request.WithPermissions ? RestoreAspects.All : RestoreAspects.WithoutPermissions;
        var places = await RestorePlan.PlacesAsync(request, cancellationToken);
        if (request.IsDryRun) return await PreviewAsync(places, aspects, cancellationToken);
        var total = await RestorePlan.MeasureAsync(places, cancellationToken);
        using var targets = new RestoreTargets(aspects);
        var plan = RestorePlan.Open(places, targets, request.TargetFolder is not null, time.LocalTimeZone);
        using var journal = RestoreJournal.Open(request, time.GetUtcNow());
        var scene = new RestoreScene(request.IfExists, aspects, _tally, new HardLinks(), journal?.Mark);
        var pace = new RestorePace(progress, _tally, total, journal, targets, time);
        try
        {
            await RunAllAsync(scene, plan, pace, cancellationToken);
        }
        finally
        {
            foreach (var file in scene.Unfinished.Keys) file.File.Dispose();
            scene.Links.Release();
        }

        journal?.Remove();
        progress?.Report(_tally.Progress(total));
        return _tally.Result(isResumed: scene.Resume is not null);
    }

    private async Task<RestoreResult> PreviewAsync(
        IReadOnlyList<RestorePlan.Place> places, RestoreAspects aspects, CancellationToken cancellationToken)
    {
        using var target = new TargetPreview(request.IfExists, aspects, _tally);
        var preview = new RestorePreview(target, _tally);
        foreach (var place in places) await preview.RunAsync(place, cancellationToken);
        return _tally.Result(isResumed: false);
    }

    private static async Task RunAllAsync(
        RestoreScene scene, List<PointPart> plan, RestorePace pace, CancellationToken cancellationToken)
    {
        var queue = new BatchQueue();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ExceptionDispatchInfo? first = null;
        int writers = Math.Clamp(Environment.ProcessorCount, 2, RestoreLimits.MaxWriters);
        var tasks = new Task[writers + 1];
        for (int i = 0; i < writers; i++) tasks[i] = Start(() => WriteAsync(scene, queue, stop.Token));
        tasks[writers] = Start(() => ListAsync(scene, plan, queue, pace, stop.Token));
        await Task.WhenAll(tasks);
        first?.Throw();

        // Whoever fails stops the others; the first reason is the one that is told.
        Task Start(Func<Task> work) => Task.Run(() => GuardAsync(work), CancellationToken.None);

        async Task GuardAsync(Func<Task> work)
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
        RestoreScene scene, List<PointPart> plan, BatchQueue queue, RestorePace pace,
            CancellationToken cancellationToken)
    {
        try
        {
            using var entries = new EntryWriter(scene);
            HashSet<string> ways = [];
            foreach (var part in plan)
            {
                var metadata = new EntryMetadata(part.Pages);
                var known = new ListedFolders(part.Tree.Point, metadata);
                var folders = new FolderPath(scene, part, known, pace.Time) { Ways = ways };
                folders.Start();
                var lister = new PartLister(scene, part, queue, folders, metadata, entries);
                while (await lister.StepAsync(cancellationToken))
                    await pace.StepAsync(queue, part.Number, lister.LastPath, cancellationToken);
                folders.Finish();
                await queue.DrainAsync(cancellationToken);
            }
        }
        finally
        {
            queue.Complete();
        }
    }
}
