using System.Threading.Channels;
using Coffer.Agent.Browsing;
using Coffer.Domain;

namespace Coffer.Agent.Restores.Writing;

/// <summary>
/// Gathers what lies in one chunk into one batch, so that a bundle is opened once though entries alternate between
/// bundles, and hands full ones to the writers. Bounded: the lister waits while the writers are behind.
/// </summary>
internal sealed class BatchQueue
{
    private readonly Channel<ChunkBatch> _channel = Channel.CreateBounded<ChunkBatch>(
        new BoundedChannelOptions(RestoreLimits.QueuedBatches) { SingleWriter = true });

    // Least recently used first.
    private readonly List<ChunkBatch> _open = [];
    private int _inFlight;
    private TaskCompletionSource? _whenIdle;

    public ChannelReader<ChunkBatch> Reader => _channel.Reader;

    public async ValueTask AddAsync(
        FileWork work, PageReader pages, ObjectId chunk, CancellationToken cancellationToken)
    {
        var batch = await BatchOfAsync(pages, chunk, cancellationToken);
        batch.Files.Add(work);
        if (batch.Count >= RestoreLimits.BatchFiles) await SendAsync(batch, cancellationToken);
    }

    public async ValueTask AddAsync(
        LargeFile file, PageReader pages, Segment segment, CancellationToken cancellationToken)
    {
        var batch = await BatchOfAsync(pages, segment.Chunk, cancellationToken);
        file.AddWork();
        batch.Segments.Add((file, segment));
        if (batch.Count >= RestoreLimits.BatchFiles) await SendAsync(batch, cancellationToken);
    }

    /// <summary>Hands everything gathered to the writers and waits until they are through.</summary>
    public async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        while (_open.Count > 0) await SendAsync(_open[0], cancellationToken);
        var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // A full fence: were the count read first, the last writer could find nobody to tell.
        _ = Interlocked.Exchange(ref _whenIdle, idle);
        if (Volatile.Read(ref _inFlight) == 0) idle.TrySetResult();
        await idle.Task.WaitAsync(cancellationToken);
        Volatile.Write(ref _whenIdle, null);
    }

    /// <summary>A writer is through with a batch.</summary>
    public void Done()
    {
        if (Interlocked.Decrement(ref _inFlight) == 0) Volatile.Read(ref _whenIdle)?.TrySetResult();
    }

    public void Complete() => _channel.Writer.TryComplete();

    private async ValueTask<ChunkBatch> BatchOfAsync(PageReader pages, ObjectId chunk,
        CancellationToken cancellationToken)
    {
        int at = _open.Count - 1;
        while (at >= 0 && (_open[at].Chunk != chunk || _open[at].Pages != pages)) at--;
        if (at >= 0)
        {
            var known = _open[at];
            if (at != _open.Count - 1)
            {
                _open.RemoveAt(at);
                _open.Add(known);
            }

            return known;
        }

        if (_open.Count == RestoreLimits.OpenBatches) await SendAsync(_open[0], cancellationToken);
        var batch = new ChunkBatch(pages, chunk);
        _open.Add(batch);
        return batch;
    }

    private ValueTask SendAsync(ChunkBatch batch, CancellationToken cancellationToken)
    {
        _ = _open.Remove(batch);
        Interlocked.Increment(ref _inFlight);
        return _channel.Writer.WriteAsync(batch, cancellationToken);
    }
}
