using System.Security.Cryptography;
using Coffer.Domain;
using Coffer.Format;
using Coffer.Format.Frames;
using Coffer.Sealing.Compressing;
using Coffer.Sealing.Keys;

namespace Coffer.Sealing.Frames;

/// <summary>
/// Compresses and seals nodes into frames: chunks under the data sub-key, all else under the metadata sub-key, with a
/// fresh random nonce each. Not thread-safe; one for each worker.
/// </summary>
public sealed class FrameSealer(KeyspaceKeys keys) : IDisposable
{
    private readonly KeyspaceId _keyspace = keys.Keyspace;
    private readonly XAes256Gcm _data = new(keys.Data);
    private readonly XAes256Gcm _metadata = new(keys.Metadata);
    private readonly Compressor _compressor = new();

    /// <summary>Makes the frame of a node whose id was computed from these very bytes.</summary>
    public void Seal(
        NodeKind kind, ObjectId id, ReadOnlySpan<ObjectId> references, ReadOnlySpan<byte> plain, FrameBuffer frame)
    {
        Invariant.Holds(plain.Length <= Limits.MaxPlainBytes && references.Length <= Limits.MaxReferences);
        int bodyOffset = FrameHeader.Size + (references.Length * ObjectId.Size);
        var bytes = frame.Take(bodyOffset + Compressor.Bound(plain.Length) + FrameHeader.TagSize);
        // Compressed to where it will lie and sealed in place: no second buffer as large as a chunk.
        int length = _compressor.Compress(plain, bytes[bodyOffset..^FrameHeader.TagSize], out var compression);
        var header = new FrameHeader(
            kind, compression, _keyspace, id, plain.Length, length + FrameHeader.TagSize, references.Length);
        frame.Shorten(header.FrameLength);
        bytes = frame.Span;
        header.Write(bytes);
        RandomNumberGenerator.Fill(FrameHeader.NonceOf(bytes));
        for (int i = 0; i < references.Length; i++)
            references[i].CopyTo(bytes[(FrameHeader.Size + (i * ObjectId.Size))..]);
        var associated = bytes[..bodyOffset];
        var body = bytes[bodyOffset..];
        var cipher = NodeKinds.IsData(kind) ? _data : _metadata;
        var clear = compression == Compression.None ? plain : body[..length];
        cipher.Seal(FrameHeader.NonceOf(associated), clear, body, associated);
    }

    public void Dispose()
    {
        _data.Dispose();
        _metadata.Dispose();
        _compressor.Dispose();
    }
}
