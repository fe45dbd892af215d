using Coffer.Domain;

namespace Coffer.Format.Listing;

/// <summary>One extended attribute: both parts are bytes; ACLs and capabilities are their raw attributes.</summary>
public readonly record struct Xattr(ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Value);

/// <summary>
/// The extended attributes of one entry, as encoded: count, then name and value as blocks, sorted by name.
/// A set of more than <see cref="Limits.InlineXattrBytes"/> is a chunk of its own and only named here. Equal by value.
/// </summary>
public sealed class XattrSet : IEquatable<XattrSet>
{
    private readonly byte[] _encoded;

    private XattrSet(byte[] encoded, ObjectId chunk, int length)
    {
        _encoded = encoded;
        Chunk = chunk;
        Length = length;
    }

    /// <summary>The chunk that holds the encoded set, where it is too large for the page; else all zeros.</summary>
    public ObjectId Chunk { get; }

    /// <summary>Bytes of the encoded set, wherever it lies.</summary>
    public int Length { get; }

    public bool IsInline => _encoded.Length > 0;

    /// <summary>Empty where the set is a chunk.</summary>
    public ReadOnlySpan<byte> Encoded => _encoded;

    public static XattrSet Inline(ReadOnlySpan<byte> encoded)
    {
        Invariant.Holds(encoded.Length is > 0 and <= Limits.InlineXattrBytes);
        return new XattrSet(encoded.ToArray(), default, encoded.Length);
    }

    public static XattrSet InChunk(ObjectId chunk, int length)
    {
        Invariant.Holds(length is > Limits.InlineXattrBytes and <= Limits.MaxPlainBytes);
        return new XattrSet([], chunk, length);
    }

    /// <summary>Encodes attributes that are sorted by name.</summary>
    public static void Encode(ReadOnlySpan<Xattr> sorted, ByteWriter into)
    {
        into.Varint((ulong)sorted.Length);
        foreach (var xattr in sorted)
        {
            into.Block(xattr.Name.Span);
            into.Block(xattr.Value.Span);
        }
    }

    /// <exception cref="CorruptionException">Not an encoded set.</exception>
    public static IReadOnlyList<Xattr> Decode(byte[] encoded, string place)
    {
        var reader = new ByteReader(encoded, place);
        int count = reader.Length(Limits.MaxPageEntries);
        var xattrs = new List<Xattr>(Math.Min(count, encoded.Length / 3));
        ReadOnlySpan<byte> previous = default;
        for (int i = 0; i < count; i++)
        {
            int nameLength = reader.Length(Limits.MaxNameBytes);
            var name = encoded.AsMemory(reader.Position, reader.Bytes(nameLength).Length);
            // The system takes a name up to its first zero byte: two names could become one.
            if (name.Span.SequenceCompareTo(previous) <= 0 || name.Span.Contains((byte)0))
                throw reader.Broken("names of attributes, ascending", "another");
            previous = name.Span;
            int valueLength = reader.Length(encoded.Length);
            var value = encoded.AsMemory(reader.Position, reader.Bytes(valueLength).Length);
            xattrs.Add(new Xattr(name, value));
        }

        reader.End();
        return xattrs;
    }

    public bool Equals(XattrSet? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Chunk == other.Chunk && Length == other.Length
            && Encoded.SequenceEqual(other.Encoded));

    public override bool Equals(object? obj) => Equals(obj as XattrSet);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_encoded);
        hash.Add(Chunk);
        return hash.ToHashCode();
    }
}
