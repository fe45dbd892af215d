using Coffer.Domain;
using Coffer.Format;
using Coffer.Format.Frames;
using Coffer.Sealing.Compressing;
using Coffer.Sealing.Keys;

namespace Coffer.Sealing.Frames;

/// <summary>
/// Opens frames and recomputes their ids, so that what comes out is what was asked for, whoever kept it meanwhile.
/// Not thread-safe; one for each worker.
/// </summary>
public sealed class FrameOpener(KeyspaceKeys keys) : IDisposable
{
    private readonly KeyspaceId _keyspace = keys.Keyspace;
    private readonly XAes256Gcm _data = new(keys.Data);
    private readonly XAes256Gcm _metadata = new(keys.Metadata);
    private readonly NodeIds _ids = new(keys);
    private readonly Decompressor _decompressor = new();
    private readonly FrameBuffer _opened = new();

    /// <summary>
    /// Opens <paramref name="frame"/> into <paramref name="plain"/>, whose length becomes that of the body.
    /// </summary>
    /// <exception cref="CorruptionException">Not the node that was asked for, or not sealed by this
    /// keyspace.</exception>
    public FrameHeader Open(ReadOnlySpan<byte> frame, ObjectId id, NodeKind kind, FrameBuffer plain)
    {
        string place = $"{kind} {id}";
        var header = FrameHeader.ParseWhole(frame, place);
        if (header.Id != id || header.Kind != kind || header.Keyspace != _keyspace)
            throw new CorruptionException(place, $"it in keyspace {_keyspace}", $"{header.Kind} {header.Id}");
        if (header.StoredLength < FrameHeader.TagSize)
            throw new CorruptionException(place, "a sealed body", $"{header.StoredLength} bytes");
        int length = header.StoredLength - FrameHeader.TagSize;
        bool isRaw = header.Compression == Compression.None;
        if (isRaw && length != header.PlainLength)
            throw new CorruptionException(place, $"{header.PlainLength} plain bytes", $"{length}");
        var opened = (isRaw ? plain : _opened).Take(length);
        var cipher = NodeKinds.IsData(kind) ? _data : _metadata;
        var associated = frame[..header.BodyOffset];
        if (!cipher.TryOpen(FrameHeader.NonceOf(frame), frame[header.BodyOffset..], opened, associated))
            throw new CorruptionException(place, "a body sealed by this keyspace", "one that does not open");
        if (!isRaw) _decompressor.Decompress(header.Compression, opened, plain.Take(header.PlainLength));
        if (_ids.Of(kind, header.ReferencesOf(frame), plain.Span) != id)
            throw new CorruptionException(place, "bytes of that id", "other bytes");
        return header;
    }

    public void Dispose()
    {
        _data.Dispose();
        _metadata.Dispose();
        _decompressor.Dispose();
        _opened.Dispose();
    }
}
