using System.Buffers;
using System.Numerics;
using Coffer.Domain;

namespace Coffer.Format;

/// <summary>Appends bytes and varints to an array that grows and is used again and again.</summary>
public sealed class ByteWriter
{
    /// <summary>Bytes of the longest varint.</summary>
    public const int MaxVarintBytes = 10;

    private byte[] _bytes = new byte[256];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Truncate(int length)
    {
        Invariant.Holds(length >= 0 && length <= Length);
        Length = length;
    }

    public void Byte(byte value)
    {
        Reserve(1);
        _bytes[Length++] = value;
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>A length as varint, then that many bytes.</summary>
    public void Block(ReadOnlySpan<byte> bytes)
    {
        Varint((ulong)bytes.Length);
        Bytes(bytes);
    }

    /// <summary>LEB128: seven bits a byte, lowest first, the top bit says that more follows.</summary>
    public void Varint(ulong value)
    {
        Reserve(MaxVarintBytes);
        int at = Length;
        while (value >= 0x80)
        {
            _bytes[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _bytes[at++] = (byte)value;
        Length = at;
    }

    /// <summary>A signed number as varint: 0, −1, 1, −2, … become 0, 1, 2, 3, …</summary>
    public void Zigzag(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    private void Reserve(int more)
    {
        if (Length + more <= _bytes.Length) return;
        Array.Resize(ref _bytes, (int)BitOperations.RoundUpToPowerOf2((uint)(Length + more)));
    }
}
