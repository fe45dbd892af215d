using Coffer.Domain;
using Coffer.Format.Frames;

namespace Coffer.Contracts.Points;

/// <summary>Reads frames and points of one keyspace. Safe for several threads at once.</summary>
public interface IFrameReader : IAsyncDisposable
{
    /// <summary>
    /// Reads copy <paramref name="copy"/> of a frame, 0 the oldest, into <paramref name="frame"/>. False: there is no
    /// such copy. The bytes are as stored; the caller opens them and recomputes the id.
    /// </summary>
    ValueTask<bool> ReadAsync(ObjectId id, int copy, FrameBuffer frame, CancellationToken cancellationToken);

    /// <summary>
    /// Looks whether copy <paramref name="copy"/> of a frame lies where <see cref="ReadAsync"/> would read it, in a
    /// pack of full length; reads none of its bytes. False: there is no such copy.
    /// </summary>
    /// <exception cref="CorruptionException">Its pack is not there, of another length, or set aside.</exception>
    ValueTask<bool> LookAsync(ObjectId id, int copy, CancellationToken cancellationToken);

    /// <summary>Tells that a copy did not open to its id, so that it no longer counts for this machine.</summary>
    Task ReportDamageAsync(ObjectId id, int copy, string reason, CancellationToken cancellationToken);

    /// <summary>The frame of a point or checkpoint.</summary>
    Task<byte[]> ReadPointAsync(ObjectId point, CancellationToken cancellationToken);
}
