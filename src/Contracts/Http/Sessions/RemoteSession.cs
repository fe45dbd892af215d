using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Coffer.Contracts.Sessions;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Format;
using Coffer.Format.Packs;

namespace Coffer.Contracts.Http.Sessions;

/// <summary>
/// A session over the network. Packs go up beside the work, some at once, out of a spool; a checkpoint or commit waits
/// for all of them. Until a pack is durable its ids count as present for this session alone: nothing can commit before
/// them, and where one of them fails the session has failed. A first backup asks for nothing: the keyspace holds what
/// this session has sent.
/// </summary>
internal sealed class RemoteSession : IBackupSession
{
    private readonly VaultConnection _connection;
    private readonly Func<FileStream> _spool;
    private readonly KeyspaceId _keyspace;
    private readonly byte[][] _envelopes;
    private readonly HaveQuestions _questions;
    private readonly SemaphoreSlim _slots = new(HttpLimits.PacksOnTheWay);
    private readonly ConcurrentDictionary<ObjectId, byte> _onTheWay = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _lock = new();
    private readonly List<Task> _uploads = [];
    private long _nextPackBytes = HttpLimits.FirstPackBytes;
    private ExceptionDispatchInfo? _failure;

    // All that a keyspace holds which was empty at the opening; null where it has to be asked.
    private ConcurrentDictionary<ObjectId, byte>? _all;

    public RemoteSession(VaultConnection connection, OpenedSession opened, Func<FileStream> spool)
    {
        (_connection, _spool, _envelopes) = (connection, spool, opened.Envelopes);
        (Opening, _keyspace) = (opened.Opening, opened.Keyspace);
        if (opened.IsEmpty) _all = new ConcurrentDictionary<ObjectId, byte>();
        _questions = new HaveQuestions(connection, Path("have"));
    }

    public SessionOpening Opening { get; }

    public async ValueTask<IReadOnlyList<ObjectId>> ListLostAsync(ObjectId? after, CancellationToken cancellationToken)
    {
        if (Opening.LostCount == 0) return [];
        byte[] body = await _connection.SendAsync(
            HttpMethod.Get, Path("lost") + (after is { } id ? $"?after={id}" : ""), null, HttpLimits.MaxMessageBytes,
            cancellationToken);
        return Ids(body);
    }

    public async ValueTask HaveAsync(
        ReadOnlyMemory<ObjectId> ids, Memory<bool> present, CancellationToken cancellationToken)
    {
        ThrowIfFailed();
        if (Volatile.Read(ref _all) is { } all)
        {
            for (int i = 0; i < ids.Length; i++) present.Span[i] = all.ContainsKey(ids.Span[i]);
            return;
        }
        await _questions.AskAsync(ids, present, cancellationToken);
        if (_onTheWay.IsEmpty) return;
        for (int i = 0; i < ids.Length; i++) present.Span[i] |= _onTheWay.ContainsKey(ids.Span[i]);
    }

    public IPackUpload BeginPack(PackClass packClass)
    {
        ThrowIfFailed();
        var head = new PackHead(packClass, _keyspace, packClass == PackClass.Metadata ? _envelopes : []);
        long target = _nextPackBytes;
        _nextPackBytes = Math.Min(2 * target, Limits.PackTargetBytes);
        return new SpooledPack(head, _spool(), target, this);
    }

    public async Task<bool> StoreCheckpointAsync(
        ReadOnlyMemory<byte> frame, CommitFacts facts, CancellationToken cancellationToken)
    {
        await WaitForPacksAsync(cancellationToken);
        byte[] body = JsonAndBytes.Encode(facts, WireJson.Default.CommitFacts, frame.Span);
        byte[] answer = await _connection.SendAsync(
            HttpMethod.Post, Path("checkpoint"), () => new ByteArrayContent(body), HttpLimits.MaxMessageBytes,
            cancellationToken);
        return answer is [1];
    }

    public async Task<CommitAnswer> CommitAsync(
        ReadOnlyMemory<byte> frame, CommitFacts facts, CancellationToken cancellationToken)
    {
        await WaitForPacksAsync(cancellationToken);
        byte[] body = JsonAndBytes.Encode(facts, WireJson.Default.CommitFacts, frame.Span);
        byte[] answer = await _connection.SendAsync(
            HttpMethod.Post, Path("commit"), () => new ByteArrayContent(body), HttpLimits.MaxMessageBytes,
            cancellationToken);
        try
        {
            var (head, missing) = JsonAndBytes.Decode(answer, WireJson.Default.CommitHead, "the answer to a commit");
            return new CommitAnswer(head.Point, IdList.Decode(missing.Span, "the answer to a commit"));
        }
        catch (CorruptionException e)
        {
            throw HttpFaults.Answer(_connection.Service.Address, e.Message, e);
        }
    }

    /// <summary>Takes a finished pack to be sent; waits where too many are on their way.</summary>
    internal async Task SendAsync(SpooledPack pack, CancellationToken cancellationToken)
    {
        ThrowIfFailed();
        await _slots.WaitAsync(cancellationToken);
        foreach (var entry in pack.Entries) _onTheWay[entry.Id] = 0;
        if (Volatile.Read(ref _all) is { } all)
        {
            foreach (var entry in pack.Entries) all[entry.Id] = 0;
            if (all.Count > HttpLimits.IdsRemembered) Volatile.Write(ref _all, null); // from now on the vault is asked
        }
        var upload = Task.Run(() => UploadAsync(pack), CancellationToken.None);
        lock (_lock)
        {
            _uploads.RemoveAll(done => done.IsCompletedSuccessfully);
            _uploads.Add(upload);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        Task[] uploads;
        lock (_lock) uploads = [.. _uploads];
        await Task.WhenAll(uploads);
        // Where it does not get through, the next session of this source ends it.
        _connection.Leave(DataRoutes.Session(Opening.Session));
        _closing.Dispose();
        _slots.Dispose();
    }

    private async Task UploadAsync(SpooledPack pack)
    {
        try
        {
            _ = await _connection.SendAsync(
                HttpMethod.Put, DataRoutes.Pack(Opening.Session, pack.Name.Hash), pack.Content,
                HttpLimits.MaxMessageBytes, _closing.Token);
            foreach (var entry in pack.Entries) _ = _onTheWay.TryRemove(entry.Id, out _);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
        }
        finally
        {
            pack.Remove();
            _slots.Release();
        }
    }

    private async Task WaitForPacksAsync(CancellationToken cancellationToken)
    {
        Task[] uploads;
        lock (_lock) uploads = [.. _uploads];
        await Task.WhenAll(uploads).WaitAsync(cancellationToken);
        ThrowIfFailed();
    }

    private void ThrowIfFailed() => Volatile.Read(ref _failure)?.Throw();

    private string Path(string what) => $"{DataRoutes.Session(Opening.Session)}/{what}";

    private ObjectId[] Ids(byte[] body)
    {
        try
        {
            return IdList.Decode(body, "a list of ids");
        }
        catch (CorruptionException e)
        {
            throw HttpFaults.Answer(_connection.Service.Address, e.Message, e);
        }
    }
}
