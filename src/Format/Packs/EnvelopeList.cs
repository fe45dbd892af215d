using System.Buffers.Binary;
using Coffer.Domain;

namespace Coffer.Format.Packs;

/// <summary>Envelopes as packs and points carry them: length u32 and bytes, each.</summary>
internal static class EnvelopeList
{
    public static IReadOnlyList<byte[]> Read(ReadOnlySpan<byte> bytes, int count, string place, out int consumed)
    {
        var envelopes = new List<byte[]>(count);
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            if (bytes.Length - at < 4) throw new CorruptionException(place, "an envelope", "the end");
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
            at += 4;
            if (length > Limits.MaxEnvelopeBytes || length > bytes.Length - at)
                throw new CorruptionException(place, "an envelope", $"{length} bytes of {bytes.Length - at}");
            envelopes.Add(bytes.Slice(at, (int)length).ToArray());
            at += (int)length;
        }

        consumed = at;
        return envelopes;
    }

    public static int Write(IReadOnlyList<byte[]> envelopes, Span<byte> target)
    {
        int at = 0;
        foreach (byte[] envelope in envelopes)
        {
            BinaryPrimitives.WriteInt32LittleEndian(target[at..], envelope.Length);
            envelope.CopyTo(target[(at + 4)..]);
            at += 4 + envelope.Length;
        }

        return at;
    }
}
