using Coffer.Domain;
using Coffer.Format.Packs;

namespace Coffer.Contracts.Sessions;

/// <summary>
/// One writing conversation: have, put, checkpoint, commit. Disposing without a commit ends the session; what was put
/// stays for seven days. Used by one thread at a time, but for <see cref="HaveAsync"/>.
/// </summary>
public interface IBackupSession : IAsyncDisposable
{
    SessionOpening Opening { get; }

    /// <summary>
    /// A page of the ids below the session's bases that the vault no longer has, ascending; empty behind the last. What
    /// lies below a lost page is not told, as only that page could tell it.
    /// </summary>
    /// <param name="after">The last id of the page before; null for the first page.</param>
    ValueTask<IReadOnlyList<ObjectId>> ListLostAsync(ObjectId? after, CancellationToken cancellationToken);

    /// <summary>
    /// Sets <paramref name="present"/>[i] where the vault has <paramref name="ids"/>[i]: the chunk is in a durable
    /// pack,
    /// the page is closed. May be called by several threads at once.
    /// </summary>
    ValueTask HaveAsync(ReadOnlyMemory<ObjectId> ids, Memory<bool> present, CancellationToken cancellationToken);

    IPackUpload BeginPack(PackClass packClass);

    /// <summary>
    /// Stores an unfinished point, which replaces the source's checkpoint before it. False where something below it is
    /// not present, damage told meanwhile perhaps: then the one before stays, and the commit names what is absent.
    /// </summary>
    Task<bool> StoreCheckpointAsync(ReadOnlyMemory<byte> frame, CommitFacts facts, CancellationToken cancellationToken);

    /// <summary>
    /// Commits a point. Once it answers with a point, the point is durable; the same frame committed again is answered
    /// as the first time.
    /// </summary>
    /// <param name="cancellationToken">Counts until the commit is sent: whether there is a point must be known.</param>
    Task<CommitAnswer> CommitAsync(ReadOnlyMemory<byte> frame, CommitFacts facts, CancellationToken cancellationToken);
}

/// <summary>One pack on its way. Disposing without <see cref="CompleteAsync"/> drops it.</summary>
public interface IPackUpload : IDisposable
{
    /// <summary>Bytes so far.</summary>
    long Length { get; }

    int FrameCount { get; }

    bool IsFull { get; }

    /// <summary>Adds one whole frame; returns when its bytes may be reused.</summary>
    void Append(ReadOnlySpan<byte> frame);

    /// <summary>Returns once the pack is durable and indexed: its ids are then present.</summary>
    /// <returns>Bytes of the whole pack.</returns>
    Task<long> CompleteAsync(CancellationToken cancellationToken);
}
