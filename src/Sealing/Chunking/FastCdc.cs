using System.Buffers.Binary;
using System.Numerics;
using Coffer.Domain;
using Coffer.Format.Hashing;

namespace Coffer.Sealing.Chunking;

/// <summary>
/// Content-defined chunk boundaries: FastCDC (Xia et al., USENIX ATC 2016) with normalised chunking of level 2 and a
/// keyed gear table, so that boundaries tell nothing about the content to who lacks the key. To rebuild it:
/// <list type="number">
/// <item>Gear: 256 numbers of 64 bits, little endian, = the first 2,048 bytes of BLAKE3 keyed with the gear key over
/// the ASCII text <c>coffer gear table 1</c>. Number b stands for byte b.</item>
/// <item>Fingerprint: f = 0 at position min; for each byte b from there on f = 2f + gear[b], modulo 2^64. The
/// bytes before min are skipped.</item>
/// <item>Cut: after the first byte for which the topmost n bits of f are all zero, where n = log2(normal) + 2 for
/// bytes at positions below normal and log2(normal) - 2 from there on; at max at the latest, and at the end of the
/// data. Data of at most min bytes is one chunk.</item>
/// </list>
/// The topmost bits are used because all of the last 64 bytes bear on them; with 1 MiB normal the masks are
/// FFFFFC0000000000 and FFFFC00000000000. Thread-safe.
/// </summary>
public sealed class FastCdc
{
    private const int GearCount = 256;
    private const int NormalisationLevel = 2;

    private readonly ulong[] _gear = new ulong[GearCount];
    private readonly ChunkSizes _sizes;
    private readonly ulong _hardMask;
    private readonly ulong _easyMask;

    /// <param name="gearKey">Exactly 32 bytes; not kept, but the table made from it is.</param>
    public FastCdc(ReadOnlySpan<byte> gearKey, ChunkSizes sizes)
    {
        Invariant.Holds(sizes.Max > 0);
        _sizes = sizes;
        int bits = BitOperations.Log2((uint)sizes.Normal);
        _hardMask = TopBits(bits + NormalisationLevel);
        _easyMask = TopBits(bits - NormalisationLevel);

        Span<byte> table = stackalloc byte[GearCount * sizeof(ulong)];
        Blake3.KeyedHash(gearKey, "coffer gear table 1"u8, table);
        for (int i = 0; i < GearCount; i++)
            _gear[i] = BinaryPrimitives.ReadUInt64LittleEndian(table[(i * sizeof(ulong))..]);
    }

    public ChunkSizes Sizes => _sizes;

    /// <summary>
    /// Length of the first chunk of <paramref name="data"/>, which holds at least the maximum or reaches to the end
    /// of the stream; 0 only where there is no data.
    /// </summary>
    public int NextLength(ReadOnlySpan<byte> data)
    {
        if (data.Length <= _sizes.Min) return data.Length;
        int end = Math.Min(data.Length, _sizes.Max);
        int middle = Math.Min(end, _sizes.Normal);
        ulong fingerprint = 0;
        int cut = Scan(data[..middle], _sizes.Min, _hardMask, ref fingerprint);
        if (cut == 0) cut = Scan(data[..end], middle, _easyMask, ref fingerprint);
        return cut == 0 ? end : cut;
    }

    // One shift-and-add a byte is the whole dependency; four bytes a turn spare the loop's own bookkeeping.
    private unsafe int Scan(ReadOnlySpan<byte> data, int from, ulong mask, ref ulong fingerprint)
    {
        ulong f = fingerprint;
        fixed (byte* start = data)
        fixed (ulong* gear = _gear)
        {
            byte* p = start + from;
            byte* end = start + data.Length;
            for (; p + 4 <= end; p += 4)
            {
                f = (f << 1) + gear[p[0]];
                if ((f & mask) == 0) return (int)(p - start) + 1;
                f = (f << 1) + gear[p[1]];
                if ((f & mask) == 0) return (int)(p - start) + 2;
                f = (f << 1) + gear[p[2]];
                if ((f & mask) == 0) return (int)(p - start) + 3;
                f = (f << 1) + gear[p[3]];
                if ((f & mask) == 0) return (int)(p - start) + 4;
            }

            for (; p < end; p++)
            {
                f = (f << 1) + gear[*p];
                if ((f & mask) == 0) return (int)(p - start) + 1;
            }
        }

        fingerprint = f;
        return 0;
    }

    private static ulong TopBits(int count) => ulong.MaxValue << (64 - count);
}
