using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Coffer.Contracts.Sessions;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Format;
using Coffer.Format.Frames;
using Coffer.Format.Packs;

namespace Coffer.Contracts.Http.Sessions;

/// <summary>
/// A session over the network. Packs go up beside the work, some at once, out of a spool; a checkpoint or commit waits
/// for all of them. Until a pack is durable its ids count as present for this session alone: nothing can commit before
/// them, and where one of them fails the session has failed. A first backup asks for nothing: the keyspace holds what
/// this session has sent. A service that was started anew has forgotten the session: then another is opened, and the
/// run goes on in it.
/// </summary>
internal sealed class RemoteSession : IBackupSession
{
    private const string Ended = "vault.session";

    private readonly VaultConnection _connection;
    private readonly Func<FileStream> _spool;
    private readonly KeyspaceId _keyspace;
    private readonly byte[][] _envelopes;
    private readonly HaveQuestions _questions;
    private readonly Reopening<SessionId> _session;
    private readonly SemaphoreSlim _slots = new(HttpLimits.PacksOnTheWay);
    private readonly ConcurrentDictionary<ObjectId, byte> _onTheWay = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _lock = new();
    private readonly List<Task> _uploads = [];
    private long _nextPackBytes = HttpLimits.FirstPackBytes;
    private ExceptionDispatchInfo? _failure;
    private FrameHeader? _committing;

    // All that a keyspace holds which was empty at the opening; null where it has to be asked.
    private ConcurrentDictionary<ObjectId, byte>? _all;

    /// <param name="open">Opens another session of the same source.</param>
    public RemoteSession(
        VaultConnection connection, OpenedSession opened, Func<FileStream> spool,
        Func<CancellationToken, Task<OpenedSession>> open)
    {
        (_connection, _spool, _envelopes) = (connection, spool, opened.Envelopes);
        (Opening, _keyspace) = (opened.Opening, opened.Keyspace);
        if (opened.IsEmpty)
        {
            _all = new ConcurrentDictionary<ObjectId, byte>();
            connection.Prepare(); // a first backup is sure to send packs
        }
        _session = new Reopening<SessionId>(Opening.Session, Ended, cancel => GoOnAsync(open, cancel));
        _questions = new HaveQuestions(connection.Service.Address, AskAsync);
    }

    public SessionOpening Opening { get; }

    public async ValueTask<IReadOnlyList<ObjectId>> ListLostAsync(ObjectId? after, CancellationToken cancellationToken)
    {
        if (Opening.LostCount == 0) return [];
        string question = "lost" + (after is { } id ? $"?after={id}" : "");
        return Ids(await CallAsync(
            HttpMethod.Get, question, null, HttpLimits.MaxMessageBytes, cancellationToken));
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
        byte[] answer = await CallAsync(
            HttpMethod.Post, "checkpoint", () => new ByteArrayContent(body), HttpLimits.ShortAnswerBytes,
            cancellationToken);
        return answer is [1];
    }

    public async Task<CommitAnswer> CommitAsync(
        ReadOnlyMemory<byte> frame, CommitFacts facts, CancellationToken cancellationToken)
    {
        await WaitForPacksAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        _committing = FrameHeader.ParseWhole(frame.Span, "the point to be committed");
        byte[] body = JsonAndBytes.Encode(facts, WireJson.Default.CommitFacts, frame.Span);
        byte[] answer = await CallAsync(
            HttpMethod.Post, "commit", () => new ByteArrayContent(body), HttpLimits.MaxMessageBytes,
            CancellationToken.None); // sent, it has to be answered
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
        _connection.Leave(DataRoutes.Session(_session.Current));
        _closing.Dispose();
        _slots.Dispose();
    }

    private async Task UploadAsync(SpooledPack pack)
    {
        try
        {
            _ = await CallAsync(
                HttpMethod.Put, $"packs/{pack.Name.Hash}", pack.Content, HttpLimits.ShortAnswerBytes, _closing.Token);
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

    private Task<byte[]> AskAsync(byte[] ids, CancellationToken cancellationToken) => CallAsync(
        HttpMethod.Post, "have", () => new ByteArrayContent(ids), HttpLimits.IdsAtOnce, cancellationToken);

    private Task<byte[]> CallAsync(
        HttpMethod method, string what, Func<HttpContent>? content, int maxBytes,
        CancellationToken cancellationToken) => _session.CallAsync(
            (session, cancel) => _connection.SendAsync(
                method, $"{DataRoutes.Session(session)}/{what}", content, maxBytes, cancel),
            cancellationToken);

    // The run goes on under another session only where the vault stands as it stood: what was durable still is, what
    // was on its way is sent again, and the commit walks all of it. Else the next run has to begin from what is there.
    private async Task<SessionId> GoOnAsync(
        Func<CancellationToken, Task<OpenedSession>> open, CancellationToken cancellationToken)
    {
        var (now, keyspace, _, _) = await open(cancellationToken);
        bool isSame = keyspace == _keyspace && now.Vault == Opening.Vault && now.LossEpoch == Opening.LossEpoch
            && now.LostCount == Opening.LostCount && (IsCommitted(now) || IsAsBefore(now));
        if (!isSame) throw HttpFaults.OtherSession(_connection.Service.Address);
        Volatile.Write(ref _all, null); // from now on the vault is asked
        return now.Session;
    }

    private bool IsAsBefore(SessionOpening now) =>
        now.HighestSequence == Opening.HighestSequence && now.NewestPoint == Opening.NewestPoint;

    // It was taken and the answer was lost: sent again, it is answered as the first time.
    private bool IsCommitted(SessionOpening now) => _committing is { } point && now.NewestPoint == point.Id;

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
