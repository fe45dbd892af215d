using System.Buffers.Binary;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;

namespace Coffer.Format.Points;

/// <summary>
/// A point or checkpoint as it lies in the store, in no pack: magic 8, format version 1, envelope count u8, the active
/// envelopes (length u32 and bytes each), then the frame up to the end. So one object and the passphrase open a point.
/// </summary>
public sealed record PointObject(IReadOnlyList<byte[]> Envelopes, byte[] Frame)
{
    private const int FixedSize = 10;

    /// <summary>The longest that is one; what is longer need not be read.</summary>
    public const int MaxBytes =
        FixedSize + (Limits.MaxEnvelopes * (4 + Limits.MaxEnvelopeBytes)) + Limits.MaxFrameBytes;

    public static ReadOnlySpan<byte> Magic => "CFpoint\n"u8;

    /// <summary>Where a point or checkpoint lies in a store.</summary>
    public static string StoreName(KeyspaceId keyspace, ObjectId id) => $"points/{keyspace}/{id}";

    public byte[] Encode()
    {
        Invariant.Holds(Envelopes.Count <= Limits.MaxEnvelopes);
        var bytes = new byte[FixedSize + Envelopes.Sum(e => 4 + e.Length) + Frame.Length];
        Magic.CopyTo(bytes);
        bytes[8] = FrameHeader.FormatVersion;
        bytes[9] = (byte)Envelopes.Count;
        int written = EnvelopeList.Write(Envelopes, bytes.AsSpan(FixedSize));
        Frame.CopyTo(bytes.AsSpan(FixedSize + written));
        return bytes;
    }

    /// <exception cref="CorruptionException">Not one, or not of the kind point or checkpoint.</exception>
    public static PointObject Parse(ReadOnlySpan<byte> bytes, string place)
    {
        var envelopes = ReadEnvelopes(bytes, place, out int consumed);
        byte[] frame = bytes[consumed..].ToArray();
        var header = FrameHeader.ParseWhole(frame, place);
        return header.Kind is NodeKind.Point or NodeKind.Checkpoint
            ? new PointObject(envelopes, frame)
            : throw new CorruptionException(place, "a point or checkpoint", $"{header.Kind}");
    }

    /// <summary>The envelopes alone, from the first bytes of the object.</summary>
    /// <exception cref="CorruptionException">Not a point, or cut short.</exception>
    public static IReadOnlyList<byte[]> ReadEnvelopes(ReadOnlySpan<byte> bytes, string place) =>
        ReadEnvelopes(bytes, place, out _);

    private static IReadOnlyList<byte[]> ReadEnvelopes(ReadOnlySpan<byte> bytes, string place, out int consumed)
    {
        if (bytes.Length < FixedSize || !bytes[..8].SequenceEqual(Magic))
            throw new CorruptionException(place, "a point", $"{bytes.Length} other bytes");
        if (bytes[8] != FrameHeader.FormatVersion)
            throw new CorruptionException(place, $"format version {FrameHeader.FormatVersion}", $"{bytes[8]}");
        if (bytes[9] > Limits.MaxEnvelopes)
            throw new CorruptionException(place, $"at most {Limits.MaxEnvelopes} envelopes", $"{bytes[9]}");
        var envelopes = EnvelopeList.Read(bytes[FixedSize..], bytes[9], place, out consumed);
        consumed += FixedSize;
        return envelopes;
    }
}
