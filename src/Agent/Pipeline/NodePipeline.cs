using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Sealing.Frames;
using Coffer.Sealing.Keys;

namespace Coffer.Agent.Pipeline;

/// <summary>
/// Takes nodes to the vault: workers give chunks their ids, ask the vault, compress and seal what it lacks; one writer
/// fills packs. All queues are bounded. Invariants:
/// 1. A node counts as present for others of this run only while its pack is unfinished (<c>_inFlight</c>); once the
///    pack is durable the vault itself says so. So nothing is sent twice, and nothing is believed that could be lost.
/// 2. <see cref="FlushAsync"/> returns when every node given before is in a durable pack or was present.
/// 3. The first failure of any part ends all of it and comes out of the next call.
/// </summary>
internal sealed class NodePipeline : IAsyncDisposable
{
    private readonly IBackupSession _session;
    private readonly KeyspaceKeys _keys;
    private readonly PipelineCounters _counters;
    private readonly CancellationTokenSource _stop;
    private readonly Channel<NodeJob> _jobs = Channel.CreateBounded<NodeJob>(
        new BoundedChannelOptions(Limits.WaitingJobs) { SingleWriter = true });

    private readonly Channel<SealedFrame> _sealed = Channel.CreateBounded<SealedFrame>(
        new BoundedChannelOptions(Limits.SealedFrames) { SingleReader = true });

    private readonly Channel<FrameBuffer> _buffers = Channel.CreateUnbounded<FrameBuffer>();
    private readonly ConcurrentDictionary<ObjectId, byte> _inFlight = new();
    private readonly FrameCheck _check;
    private readonly Task _work;
    private readonly List<Task> _parts = [];
    private ExceptionDispatchInfo? _failure;
    private int _outstanding;
    private TaskCompletionSource _idle = NewSource();

    public NodePipeline(
        IBackupSession session, KeyspaceKeys keys, PipelineCounters counters, CancellationToken cancellationToken)
    {
        _session = session;
        _keys = keys;
        _counters = counters;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _check = new FrameCheck(keys);
        for (int i = 0; i < Limits.SealedFrames; i++) _ = _buffers.Writer.TryWrite(new FrameBuffer());
        int workers = Math.Clamp(Environment.ProcessorCount, 1, Limits.MaxWorkers);
        for (int i = 0; i < workers; i++) _parts.Add(Task.Run(() => GuardAsync(WorkAsync), CancellationToken.None));
        _parts.Add(Task.Run(() => GuardAsync(WriteAsync), CancellationToken.None));
        _work = Task.WhenAll(_parts);
    }

    /// <summary>Cancelled as soon as any part fails; <see cref="ThrowIfFailed"/> tells why.</summary>
    public CancellationToken Stopped => _stop.Token;

    public async ValueTask SubmitAsync(NodeJob job)
    {
        _ = Interlocked.Increment(ref _outstanding);
        try
        {
            await _jobs.Writer.WriteAsync(job, _stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            job.Finish();
            ThrowIfFailed();
            throw;
        }
    }

    /// <summary>Asks for a batch of pages at once and submits those that the vault lacks.</summary>
    public async Task SubmitAbsentAsync(IReadOnlyList<PageNode> pages)
    {
        if (pages.Count == 0) return;
        var ids = new ObjectId[pages.Count];
        var present = new bool[pages.Count];
        for (int i = 0; i < ids.Length; i++) ids[i] = pages[i].Id;
        await _session.HaveAsync(ids, present, _stop.Token);
        for (int i = 0; i < ids.Length; i++)
        {
            if (!present[i]) await SubmitAsync(NodeJob.Page(pages[i], isKnownAbsent: true));
        }
    }

    /// <summary>Returns once everything submitted is present in the vault. No submitting meanwhile.</summary>
    public async Task FlushAsync()
    {
        await WaitUntilIdleAsync();
        var flushed = NewSource();
        await _sealed.Writer.WriteAsync(new SealedFrame(null, default, NodeKind.Chunk, flushed), _stop.Token);
        _ = await Task.WhenAny(flushed.Task, _work);
        ThrowIfFailed();
        await flushed.Task;
    }

    /// <summary>Rethrows what stopped the pipeline first, if anything did.</summary>
    public void ThrowIfFailed() => Volatile.Read(ref _failure)?.Throw();

    public async ValueTask DisposeAsync()
    {
        _ = _jobs.Writer.TryComplete();
        // A run that went well ends its parts by what they read: cancelling would cost each an exception.
        if (Volatile.Read(ref _outstanding) == 0) _ = _sealed.Writer.TryComplete();
        else await _stop.CancelAsync();
        // Their failures have been told, or the run ends by another one.
        await _work.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        while (_jobs.Reader.TryRead(out var job)) job.Finish();
        while (_sealed.Reader.TryRead(out var frame)) frame.Buffer?.Dispose();
        while (_buffers.Reader.TryRead(out var buffer)) buffer.Dispose();
        _check.Dispose();
        _stop.Dispose();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task GuardAsync(Func<CancellationToken, Task> part)
    {
        try
        {
            await part(_stop.Token);
        }
        catch (Exception e)
        {
            // Kept before anybody is woken: who is told to stop asks why.
            if (!_stop.IsCancellationRequested)
                _ = Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
            await _stop.CancelAsync();
            throw;
        }
    }

    /// <summary>Returns once every node given so far has its id and is on its way or was present.</summary>
    public async Task WaitUntilIdleAsync()
    {
        while (true)
        {
            var idle = Volatile.Read(ref _idle);
            if (Volatile.Read(ref _outstanding) == 0) return;
            _ = await Task.WhenAny(idle.Task, _work);
            ThrowIfFailed();
            _stop.Token.ThrowIfCancellationRequested();
        }
    }

    private void Done(NodeJob job)
    {
        job.Finish();
        if (Interlocked.Decrement(ref _outstanding) != 0) return;
        Interlocked.Exchange(ref _idle, NewSource()).SetResult();
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        using var sealer = new FrameSealer(_keys);
        var ids = new NodeIds(_keys);
        var id = new ObjectId[1];
        var present = new bool[1];
        await foreach (var job in _jobs.Reader.ReadAllAsync(cancellationToken))
        {
            if (!job.IsIdentified) job.Identify(ids.Of(job.Kind, job.References.AsSpan(), job.Body));
            id[0] = job.Id;
            if (_inFlight.TryAdd(job.Id, 0))
            {
                if (!job.IsKnownAbsent) await _session.HaveAsync(id, present, cancellationToken);
                if (!job.IsKnownAbsent && present[0]) _ = _inFlight.TryRemove(job.Id, out _);
                else await SealAsync(job, sealer, cancellationToken);
            }

            Done(job);
        }
    }

    private async Task SealAsync(NodeJob job, FrameSealer sealer, CancellationToken cancellationToken)
    {
        var buffer = await _buffers.Reader.ReadAsync(cancellationToken);
        sealer.Seal(job.Kind, job.Id, job.References, job.Body, buffer);
        long count = _counters.Sent(job.Length);
        if (job.Kind != NodeKind.Chunk || count % Limits.VerifiedChunkShare == 0)
            _check.Open(buffer.Span, job.Id, job.Kind);
        await _sealed.Writer.WriteAsync(new SealedFrame(buffer, job.Id, job.Kind, null), cancellationToken);
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        using var data = new OpenPack(PackClass.Data);
        using var metadata = new OpenPack(PackClass.Metadata);
        await foreach (var frame in _sealed.Reader.ReadAllAsync(cancellationToken))
        {
            if (frame.Flushed is { } flushed)
            {
                await CompleteAsync(data, cancellationToken);
                await CompleteAsync(metadata, cancellationToken);
                flushed.SetResult();
                continue;
            }

            var pack = NodeKinds.IsData(frame.Kind) ? data : metadata;
            pack.Upload ??= _session.BeginPack(pack.Class);
            pack.Upload.Append(frame.Buffer!.Span);
            pack.Ids.Add(frame.Id);
            _ = _buffers.Writer.TryWrite(frame.Buffer);
            if (pack.Upload.IsFull) await CompleteAsync(pack, cancellationToken);
        }
    }

    private async Task CompleteAsync(OpenPack pack, CancellationToken cancellationToken)
    {
        if (pack.Upload is null) return;
        _counters.Stored(await pack.Upload.CompleteAsync(cancellationToken));
        foreach (var id in pack.Ids) _ = _inFlight.TryRemove(id, out _);
        pack.Clear();
    }

    private sealed record SealedFrame(
        FrameBuffer? Buffer, ObjectId Id, NodeKind Kind, TaskCompletionSource? Flushed);

    private sealed class OpenPack(PackClass packClass) : IDisposable
    {
        public PackClass Class { get; } = packClass;

        public IPackUpload? Upload { get; set; }

        public List<ObjectId> Ids { get; } = [];

        public void Clear()
        {
            Dispose();
            Ids.Clear();
        }

        public void Dispose()
        {
            Upload?.Dispose();
            Upload = null;
        }
    }
}
