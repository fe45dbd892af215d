using System.Runtime.ExceptionServices;
using Coffer.Agent.Browsing;
using Coffer.Agent.Nodes;
using Coffer.Domain;
using Coffer.Format.Frames;

namespace Coffer.Agent.Verifying;

/// <param name="Pages">All pages and points are opened.</param>
/// <param name="Data">
/// Every chunk is opened as well, and its bytes compared with its id and with the content hashes of the files in it.
/// </param>
public enum VerifyDepth
{
    Pages = 1,
    Data = 2,
}

/// <summary>Nodes opened so far and bytes of them; the total is known once the pages are through, 0 before.</summary>
public readonly record struct VerifyProgress(long Pages, long Chunks, long Bytes, long TotalChunks);

/// <param name="Point">The point that is hurt.</param>
/// <param name="Path">The file or folder that is hurt, absolute; empty where it is the point as a whole.</param>
/// <param name="Id">What did not open.</param>
/// <param name="Code">
/// <c>point.damaged</c>, <c>listing.damaged</c>, <c>changes.damaged</c>, <c>file.damaged</c>.
/// </param>
public sealed record VerifyFinding(ObjectId Point, string Path, ObjectId Id, string Code, string Reason);

/// <summary>What a verification saw.</summary>
public sealed record VerifyResult
{
    public long Points { get; init; }

    /// <summary>Distinct pages opened.</summary>
    public long Pages { get; init; }

    /// <summary>Distinct chunks opened.</summary>
    public long Chunks { get; init; }

    /// <summary>Plain bytes of listing pages, change pages and chunks.</summary>
    public long Bytes { get; init; }

    /// <summary>Distinct ids that do not open, and files that do not lie where their entries say.</summary>
    public long Damaged { get; init; }

    /// <summary>The first <see cref="VerifyLimits.Findings"/>.</summary>
    public IReadOnlyList<VerifyFinding> Findings { get; init; } = [];

    public long FindingsTotal { get; init; }
}

/// <summary>
/// Proves that points of one keyspace can be restored: every page that they reach is there, opens and says what a page
/// of its kind says, and the chunks are there; with <see cref="VerifyDepth.Data"/> those open too. Each node once,
/// however many points share it.
/// </summary>
public sealed class VerifyRun(PageReader pages, IReadOnlyList<ObjectId> points, VerifyDepth depth, TimeProvider time)
{
    private readonly VerifyTally _tally = new(time);

    // Chunks that were opened before all pages were through.
    private readonly HashSet<ObjectId> _opened = [];

    /// <summary>
    /// Chunks that the vault has no sound copy of, as far as it can tell without the key: opened in any case.
    /// </summary>
    public IReadOnlySet<ObjectId> Doubted { get; init; } = new HashSet<ObjectId>();

    /// <summary>Files whose places are kept at a time.</summary>
    internal int FilePlaces
    {
        init => _tally.Files.Limit = value;
    }

    public async Task<VerifyResult> RunAsync(IProgress<VerifyProgress>? progress, CancellationToken cancellationToken)
    {
        var files = depth == VerifyDepth.Data ? _tally.Files : null;
        var graph = new PageGraph(
            pages, _tally, files, () => OpenGatheredAsync(progress, cancellationToken), progress);
        var opened = new List<PointBrowser>();
        foreach (var id in points)
        {
            try
            {
                var point = await PointBrowser.OpenAsync(pages, id, cancellationToken);
                opened.Add(point);
                await graph.WalkAsync(point, cancellationToken);
            }
            catch (CorruptionException e)
            {
                _tally.Bad(id, e.Message);
                _tally.Find(new VerifyFinding(id, "", id, "point.damaged", e.Message));
            }
        }

        if (depth == VerifyDepth.Data)
        {
            _tally.TotalChunks = graph.Chunks.Count;
            graph.Chunks.ExceptWith(_opened);
            await OpenChunksAsync(
                [.. graph.Chunks, .. _tally.Files.Chunks.Where(_opened.Contains)], progress, cancellationToken);
        }
        else
        {
            await OpenChunksAsync([.. graph.Chunks.Where(Doubted.Contains)], progress, cancellationToken);
            graph.Chunks.ExceptWith(Doubted);
            await LookForAsync(graph.Chunks, progress, cancellationToken);
        }

        if (_tally.HasBad)
        {
            var hurt = new DamageReport(pages, _tally);
            foreach (var point in opened) await hurt.NameAsync(point, cancellationToken);
        }

        progress?.Report(_tally.Progress);
        return _tally.Result(points.Count);
    }

    private async ValueTask OpenGatheredAsync(
        IProgress<VerifyProgress>? progress, CancellationToken cancellationToken)
    {
        await OpenChunksAsync([.. _tally.Files.Chunks], progress, cancellationToken);
        _opened.UnionWith(_tally.Files.Chunks);
        _tally.Files.Clear();
    }

    private async Task OpenChunksAsync(
        ObjectId[] chunks, IProgress<VerifyProgress>? progress, CancellationToken cancellationToken)
    {
        int next = -1;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ExceptionDispatchInfo? first = null;
        int workers = Math.Clamp(Environment.ProcessorCount, 1, VerifyLimits.MaxWorkers);
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(WorkAsync, CancellationToken.None)));
        first?.Throw();

        async Task WorkAsync()
        {
            using var nodes = pages.NewNodeReader();
            using var plain = new FrameBuffer();
            try
            {
                for (int i; (i = Interlocked.Increment(ref next)) < chunks.Length;)
                    await OpenAsync(nodes, plain, chunks[i], progress, stop.Token);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref first, ExceptionDispatchInfo.Capture(e), null);
                await stop.CancelAsync();
            }
        }
    }

    private async ValueTask OpenAsync(
        NodeReader nodes, FrameBuffer plain, ObjectId chunk, IProgress<VerifyProgress>? progress,
        CancellationToken cancellationToken)
    {
        try
        {
            await nodes.ReadAsync(chunk, NodeKind.Chunk, plain, cancellationToken);
            if (!_opened.Contains(chunk)) _tally.ChunkOpened(plain.Length);
            _tally.Files.Compare(chunk, plain.Span, nodes);
        }
        catch (CorruptionException e)
        {
            _tally.Bad(chunk, e.Message);
        }

        _tally.Tell(progress);
    }

    // Of what is not opened: whether the packs are there in full length.
    private async Task LookForAsync(
        HashSet<ObjectId> chunks, IProgress<VerifyProgress>? progress, CancellationToken cancellationToken)
    {
        using var nodes = pages.NewNodeReader();
        foreach (var chunk in chunks)
        {
            try
            {
                await nodes.LookAsync(chunk, NodeKind.Chunk, cancellationToken);
            }
            catch (CorruptionException e)
            {
                _tally.Bad(chunk, e.Message);
            }

            _tally.Tell(progress);
        }
    }
}
