using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Coffer.Domain;

/// <summary>
/// Names a node of the storage graph by its content: a keyed BLAKE3 of 32 bytes (docs/format.md, "Ids").
/// Opaque without the key; equal ids mean equal kind, references and plain bytes.
/// </summary>
public readonly record struct ObjectId : IComparable<ObjectId>
{
    /// <summary>Bytes of an id.</summary>
    public const int Size = 32;

    private readonly ulong _a, _b, _c, _d;

    /// <summary>Reads an id from exactly <see cref="Size"/> bytes (longer input is cut).</summary>
    public ObjectId(ReadOnlySpan<byte> bytes)
    {
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>The last eight bytes as a big-endian number: page cuts look at its low bits.</summary>
    public ulong LowBits => _d;

    public void CopyTo(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64BigEndian(target, _a);
        BinaryPrimitives.WriteUInt64BigEndian(target[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(target[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(target[24..], _d);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    public int CompareTo(ObjectId other)
    {
        int order = _a.CompareTo(other._a);
        if (order == 0) order = _b.CompareTo(other._b);
        if (order == 0) order = _c.CompareTo(other._c);
        return order != 0 ? order : _d.CompareTo(other._d);
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    public override int GetHashCode() => (int)_d ^ (int)(_d >> 32);

    public static ObjectId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not an id of 64 hexadecimal digits");

    public static bool TryParse([NotNullWhen(true)] string? text, out ObjectId id)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bool ok = text is { Length: Size * 2 } && Hex.TryRead(text, bytes);
        id = ok ? new ObjectId(bytes) : default;
        return ok;
    }
}
