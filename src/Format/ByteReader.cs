using Coffer.Domain;

namespace Coffer.Format;

/// <summary>Reads what <see cref="ByteWriter"/> wrote; every length is checked before it is believed.</summary>
public ref struct ByteReader(ReadOnlySpan<byte> bytes, string place)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly string _place = place;

    public int Position { get; private set; }

    public readonly int Left => _bytes.Length - Position;

    public byte Byte() => Left > 0 ? _bytes[Position++] : throw Short(1);

    public ReadOnlySpan<byte> Bytes(int length)
    {
        if ((uint)length > (uint)Left) throw Short(length);
        var slice = _bytes.Slice(Position, length);
        Position += length;
        return slice;
    }

    public ReadOnlySpan<byte> Block(int maxLength) => Bytes(Length(maxLength));

    /// <summary>A count or length of at most <paramref name="max"/>.</summary>
    public int Length(int max)
    {
        ulong value = Varint();
        return value <= (ulong)max ? (int)value : throw Broken($"a length of at most {max}", $"{value}");
    }

    /// <summary>An index into a table of <paramref name="count"/> rows.</summary>
    public int Index(int count)
    {
        ulong value = Varint();
        return value < (ulong)count ? (int)value : throw Broken($"an index below {count}", $"{value}");
    }

    public ulong Varint()
    {
        int at = Position;
        if ((uint)at < (uint)_bytes.Length && _bytes[at] < 0x80)
        {
            Position = at + 1;
            return _bytes[at];
        }

        return LongVarint();
    }

    public uint Varint32()
    {
        ulong value = Varint();
        return value <= uint.MaxValue ? (uint)value : throw Broken("a number of 32 bits", $"{value}");
    }

    public uint Nanoseconds()
    {
        ulong value = Varint();
        return value < 1_000_000_000 ? (uint)value : throw Broken("nanoseconds under a second", $"{value}");
    }

    public long Zigzag()
    {
        ulong value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>Everything must have been read.</summary>
    public readonly void End()
    {
        if (Left != 0) throw Broken("the end", $"{Left} more bytes");
    }

    public readonly CorruptionException Broken(string expected, string found) =>
        new($"{_place}, byte {Position}", expected, found);

    private readonly CorruptionException Short(int wanted) => Broken($"{wanted} bytes", $"{Left}");

    private ulong LongVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Byte();
            if (shift == 63 && next > 1) break;
            value |= (ulong)(next & 0x7f) << shift;
            if (next >= 0x80) continue;
            // One form a number: else two bodies could say the same and have different ids.
            return next > 0 || shift == 0 ? value : throw Broken("the shortest varint", "a longer one");
        }

        throw Broken("a varint of 64 bits", "a longer one");
    }
}
