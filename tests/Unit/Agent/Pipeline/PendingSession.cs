using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Format.Packs;

namespace Coffer.Unit.Agent.Pipeline;

/// <summary>A session that answers questions only when it is told to.</summary>
internal sealed class PendingSession : IBackupSession
{
    private readonly Lock _lock = new();
    private readonly List<TaskCompletionSource<bool>> _questions = [];
    private readonly SemaphoreSlim _asked = new(0);
    private int _withdrawn;
    private int _sent;

    /// <summary>Frames in packs that were completed.</summary>
    public int Sent => Volatile.Read(ref _sent);

    public int Withdrawn => Volatile.Read(ref _withdrawn);

    public SessionOpening Opening => throw new NotSupportedException();

    public async Task WaitForQuestionsAsync(int count)
    {
        for (int i = 0; i < count; i++) await _asked.WaitAsync(TestContext.Current.CancellationToken);
    }

    /// <param name="isPresent">By the question's number, in the order in which they came.</param>
    public void Answer(Func<int, bool> isPresent)
    {
        for (int i = 0; i < _questions.Count; i++) _questions[i].SetResult(isPresent(i));
    }

    public void Fail(Exception failure)
    {
        foreach (var answer in _questions) answer.TrySetException(failure);
    }

    public async ValueTask HaveAsync(
        ReadOnlyMemory<ObjectId> ids, Memory<bool> present, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock) _questions.Add(answer);
        _asked.Release();
        try
        {
            bool isPresent = await answer.Task.WaitAsync(cancellationToken);
            present.Span.Fill(isPresent);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _withdrawn);
            throw;
        }
    }

    public IPackUpload BeginPack(PackClass packClass) => new Upload(this);

    public ValueTask<IReadOnlyList<ObjectId>> ListLostAsync(ObjectId? after, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<bool> StoreCheckpointAsync(
        ReadOnlyMemory<byte> frame, CommitFacts facts, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<CommitAnswer> CommitAsync(
        ReadOnlyMemory<byte> frame, CommitFacts facts, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Upload(PendingSession session) : IPackUpload
    {
        public long Length { get; private set; }

        public int FrameCount { get; private set; }

        public bool IsFull => false;

        public void Append(ReadOnlySpan<byte> frame)
        {
            Length += frame.Length;
            FrameCount++;
        }

        public Task<long> CompleteAsync(CancellationToken cancellationToken)
        {
            Interlocked.Add(ref session._sent, FrameCount);
            return Task.FromResult(Length);
        }

        public void Dispose()
        {
        }
    }
}
