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
/// fills packs. A vault that does not answer at once is not waited for: what it lacks is sealed when its answer comes,
/// while others are asked about. All queues are bounded. Invariants:
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

    private readonly Channel<NodeJob> _absent = Channel.CreateBounded<NodeJob>(Limits.WaitingJobs);

    private readonly Channel<SealedFrame> _sealed = Channel.CreateBounded<SealedFrame>(
        new BoundedChannelOptions(Limits.SealedFrames) { SingleReader = true });

    private readonly Channel<FrameBuffer> _buffers = Channel.CreateUnbounded<FrameBuffer>();
    private readonly ConcurrentDictionary<ObjectId, byte> _inFlight = new();
    private readonly SemaphoreSlim _questions = new(Limits.Questions);
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
        for (int i = 0; i < workers; i++) Begin(WorkAsync);
        for (int i = 0; i < workers; i++) Begin(SealAbsentAsync);
        Begin(WriteAsync);
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
        // What is on its way already is another call's to wait for.
        NodeJob[] jobs = [.. pages.Where(page => _inFlight.TryAdd(page.Id, 0)).Select(NodeJob.Page)];
        if (jobs.Length == 0) return;
        _ = Interlocked.Add(ref _outstanding, jobs.Length);
        try
        {
            var question = new Question(jobs);
            if (await AskAsync(question)) await QueueAbsentAsync(question);
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            ThrowIfFailed();
            throw;
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
        // The writer was cancelled, and tells nobody any more.
        if (!flushed.Task.IsCompleted) _stop.Token.ThrowIfCancellationRequested();
        await flushed.Task;
    }

    /// <summary>Rethrows what stopped the pipeline first, if anything did.</summary>
    public void ThrowIfFailed() => Volatile.Read(ref _failure)?.Throw();

    public async ValueTask DisposeAsync()
    {
        _ = _jobs.Writer.TryComplete();
        _ = _absent.Writer.TryComplete();
        // A run that went well ends its parts by what they read: cancelling would cost each an exception.
        if (Volatile.Read(ref _outstanding) == 0) _ = _sealed.Writer.TryComplete();
        else await _stop.CancelAsync();
        // Their failures have been told, or the run ends by another one.
        await _work.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        for (int i = 0; i < Limits.Questions; i++) await _questions.WaitAsync(CancellationToken.None);
        while (_jobs.Reader.TryRead(out var job)) job.Finish();
        while (_absent.Reader.TryRead(out var absent)) absent.Finish();
        while (_sealed.Reader.TryRead(out var frame)) frame.Buffer?.Dispose();
        while (_buffers.Reader.TryRead(out var buffer)) buffer.Dispose();
        _check.Dispose();
        _questions.Dispose();
        _stop.Dispose();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Begin(Func<CancellationToken, Task> part) =>
        _parts.Add(Task.Run(() => GuardAsync(part), CancellationToken.None));

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
        await foreach (var job in _jobs.Reader.ReadAllAsync(cancellationToken))
        {
            if (!job.IsIdentified) job.Identify(ids.Of(job.Kind, job.References.AsSpan(), job.Body));
            if (!_inFlight.TryAdd(job.Id, 0))
            {
                Done(job);
                continue;
            }

            var question = new Question([job]);
            if (!await IsAnsweredAsync(job, question)) continue;
            if (question.Present[0]) Drop(job);
            else await SealAsync(job, sealer, cancellationToken);
        }
    }

    private async ValueTask<bool> IsAnsweredAsync(NodeJob job, Question question)
    {
        try
        {
            return await AskAsync(question);
        }
        catch
        {
            job.Finish();
            throw;
        }
    }

    /// <summary>True: it is answered. Else it is followed up when the answer comes, and others may be asked.</summary>
    private async ValueTask<bool> AskAsync(Question question)
    {
        await _questions.WaitAsync(_stop.Token);
        var answer = AnswerAsync(question);
        if (!answer.IsCompletedSuccessfully)
        {
            _ = FollowAsync(question, answer); // awaited by DisposeAsync, which takes back all turns
            return false;
        }

        _ = _questions.Release();
        return true;
    }

    private async Task AnswerAsync(Question question) =>
        await _session.HaveAsync(question.Ids, question.Present, _stop.Token);

    private async Task FollowAsync(Question question, Task answer)
    {
        try
        {
            await GuardAsync(async _ =>
            {
                await answer;
                await QueueAbsentAsync(question);
            });
        }
        catch (Exception)
        {
            // Kept by the guard, and told by the next call.
            for (int i = question.HandedOn; i < question.Jobs.Length; i++) question.Jobs[i].Finish();
        }
        finally
        {
            _ = _questions.Release();
        }
    }

    private async Task QueueAbsentAsync(Question question)
    {
        for (; question.HandedOn < question.Jobs.Length; question.HandedOn++)
        {
            var job = question.Jobs[question.HandedOn];
            if (question.Present[question.HandedOn]) Drop(job);
            else await _absent.Writer.WriteAsync(job, _stop.Token);
        }
    }

    private void Drop(NodeJob job)
    {
        _ = _inFlight.TryRemove(job.Id, out _);
        Done(job);
    }

    private async Task SealAbsentAsync(CancellationToken cancellationToken)
    {
        using var sealer = new FrameSealer(_keys);
        await foreach (var job in _absent.Reader.ReadAllAsync(cancellationToken))
            await SealAsync(job, sealer, cancellationToken);
    }

    private async Task SealAsync(NodeJob job, FrameSealer sealer, CancellationToken cancellationToken)
    {
        FrameBuffer? buffer = null;
        try
        {
            buffer = await _buffers.Reader.ReadAsync(cancellationToken);
            sealer.Seal(job.Kind, job.Id, job.References, job.Body, buffer);
            long count = _counters.Sent(job.Length);
            if (job.Kind != NodeKind.Chunk || count % Limits.VerifiedChunkShare == 0)
                _check.Open(buffer.Span, job.Id, job.Kind);
            await _sealed.Writer.WriteAsync(new SealedFrame(buffer, job.Id, job.Kind, null), cancellationToken);
        }
        catch
        {
            buffer?.Dispose();
            job.Finish();
            throw;
        }
        Done(job);
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

    /// <summary>What the vault is asked about at once.</summary>
    private sealed class Question(NodeJob[] jobs)
    {
        public NodeJob[] Jobs => jobs;

        public ObjectId[] Ids { get; } = Array.ConvertAll(jobs, job => job.Id);

        public bool[] Present { get; } = new bool[jobs.Length];

        /// <summary>So many of the jobs, from the first on, are dropped or somebody else's to finish.</summary>
        public int HandedOn { get; set; }
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
