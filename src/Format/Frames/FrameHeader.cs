using System.Buffers.Binary;
using Coffer.Domain;

namespace Coffer.Format.Frames;

/// <summary>
/// The clear head of a frame, little endian (docs/format.md, "Frame"): magic 4, format version 1, kind 1,
/// compression 1, AEAD 1, keyspace 16, id 32, plain length u32, stored length u32 (with tag), reference count u32,
/// nonce 24. The references follow, then the sealed body. All bytes before the body are its associated data.
/// Nothing here depends on pack, offset, session or time, so a frame moves byte for byte.
/// </summary>
public readonly record struct FrameHeader(
    NodeKind Kind,
    Compression Compression,
    KeyspaceId Keyspace,
    ObjectId Id,
    int PlainLength,
    int StoredLength,
    int ReferenceCount)
{
    /// <summary>Bytes of the head, the nonce included.</summary>
    public const int Size = 4 + 4 + 16 + 32 + 12 + NonceSize;

    public const int NonceSize = 24;
    public const int TagSize = 16;
    public const byte FormatVersion = 1;

    /// <summary>XAES-256-GCM, the only AEAD so far.</summary>
    public const byte Aead = 1;

    private const int NonceOffset = Size - NonceSize;

    public static ReadOnlySpan<byte> Magic => "CFfr"u8;

    /// <summary>Bytes before the body: head and references.</summary>
    public int BodyOffset => Size + (ReferenceCount * ObjectId.Size);

    /// <summary>Bytes of the whole frame.</summary>
    public int FrameLength => BodyOffset + StoredLength;

    public static Span<byte> NonceOf(Span<byte> frame) => frame.Slice(NonceOffset, NonceSize);

    public static ReadOnlySpan<byte> NonceOf(ReadOnlySpan<byte> frame) => frame.Slice(NonceOffset, NonceSize);

    /// <summary>Reference <paramref name="index"/> of a frame whose head was parsed.</summary>
    public static ObjectId ReferenceOf(ReadOnlySpan<byte> frame, int index) =>
        new(frame.Slice(Size + (index * ObjectId.Size), ObjectId.Size));

    public ReadOnlySpan<byte> ReferencesOf(ReadOnlySpan<byte> frame) => frame[Size..BodyOffset];

    /// <summary>Writes all but the nonce, which the sealer draws.</summary>
    public void Write(Span<byte> frame)
    {
        Magic.CopyTo(frame);
        frame[4] = FormatVersion;
        frame[5] = (byte)Kind;
        frame[6] = (byte)Compression;
        frame[7] = Aead;
        Keyspace.Value.CopyTo(frame[8..]);
        Id.CopyTo(frame[24..]);
        BinaryPrimitives.WriteInt32LittleEndian(frame[56..], PlainLength);
        BinaryPrimitives.WriteInt32LittleEndian(frame[60..], StoredLength);
        BinaryPrimitives.WriteInt32LittleEndian(frame[64..], ReferenceCount);
    }

    /// <summary>
    /// Reads a head from the start of <paramref name="bytes"/>; every length is within <see cref="Limits"/>.
    /// </summary>
    /// <exception cref="CorruptionException">Not a frame of this version, or a length beyond the limits.</exception>
    public static FrameHeader Parse(ReadOnlySpan<byte> bytes, string place)
    {
        if (bytes.Length < Size) throw new CorruptionException(place, $"{Size} bytes of frame head", $"{bytes.Length}");
        if (!bytes[..4].SequenceEqual(Magic))
            throw new CorruptionException(place, "a frame", Convert.ToHexStringLower(bytes[..4]));
        if (bytes[4] != FormatVersion)
            throw new CorruptionException(place, $"format version {FormatVersion}", $"{bytes[4]}");
        var kind = (NodeKind)bytes[5];
        if (!NodeKinds.IsKnown(kind)) throw new CorruptionException(place, "a known kind", $"{bytes[5]}");
        if (bytes[6] > (byte)Compression.Brotli)
            throw new CorruptionException(place, "a known compression", $"{bytes[6]}");
        if (bytes[7] != Aead) throw new CorruptionException(place, "a known AEAD", $"{bytes[7]}");
        var header = new FrameHeader(
            kind,
            (Compression)bytes[6],
            new KeyspaceId(new Id128(bytes[8..])),
            new ObjectId(bytes[24..]),
            ReadLength(bytes[56..], Limits.MaxPlainBytes, place, "plain length"),
            ReadLength(bytes[60..], Limits.MaxStoredBytes, place, "stored length"),
            ReadLength(bytes[64..], NodeKinds.References(kind).Most, place, "reference count"));
        header.RequireConsistent(place);
        return header;
    }

    /// <summary>Reads a head and checks that the frame fills <paramref name="frame"/> exactly.</summary>
    public static FrameHeader ParseWhole(ReadOnlySpan<byte> frame, string place)
    {
        var header = Parse(frame, place);
        if (header.FrameLength != frame.Length)
            throw new CorruptionException(place, $"a frame of {header.FrameLength} bytes", $"{frame.Length}");
        return header;
    }

    // What can be told without a key is told here, so that a vault never takes in what no reader would open.
    private void RequireConsistent(string place)
    {
        if (ReferenceCount < NodeKinds.References(Kind).Least)
            throw new CorruptionException(
                place, $"{NodeKinds.References(Kind).Least} references of a {Kind}", $"{ReferenceCount}");
        int sealedLength = StoredLength - TagSize;
        if (sealedLength < 0 || (Compression == Compression.None && sealedLength != PlainLength))
            throw new CorruptionException(
                place, $"a sealed body of {PlainLength} plain bytes, {Compression}", $"{StoredLength} bytes");
    }

    private static int ReadLength(ReadOnlySpan<byte> bytes, int max, string place, string what)
    {
        uint value = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        return value <= (uint)max
            ? (int)value
            : throw new CorruptionException(place, $"{what} of at most {max}", $"{value}");
    }
}
