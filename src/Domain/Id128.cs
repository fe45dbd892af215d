using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Coffer.Domain;

/// <summary>
/// Sixteen random bytes: what the typed ids below are made of. Text form: 32 lower-case hexadecimal digits.
/// </summary>
public readonly record struct Id128 : IComparable<Id128>
{
    public const int Size = 16;

    private readonly ulong _high, _low;

    /// <summary>Reads the first <see cref="Size"/> bytes.</summary>
    public Id128(ReadOnlySpan<byte> bytes)
    {
        _high = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _low = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
    }

    public static Id128 Random()
    {
        Span<byte> bytes = stackalloc byte[Size];
        RandomNumberGenerator.Fill(bytes);
        return new Id128(bytes);
    }

    public void CopyTo(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64BigEndian(target, _high);
        BinaryPrimitives.WriteUInt64BigEndian(target[8..], _low);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    public int CompareTo(Id128 other)
    {
        int order = _high.CompareTo(other._high);
        return order != 0 ? order : _low.CompareTo(other._low);
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    public static Id128 Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not an id of 32 hexadecimal digits");

    public static bool TryParse(string? text, out Id128 id)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bool ok = text is not null && Hex.TryRead(text, bytes);
        id = ok ? new Id128(bytes) : default;
        return ok;
    }
}
