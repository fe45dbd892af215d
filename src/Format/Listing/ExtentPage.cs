using Coffer.Domain;

namespace Coffer.Format.Listing;

/// <summary>A page one level down: how many bytes of the file it covers, holes included, and its id.</summary>
public readonly record struct ExtentPageChild(ulong Covered, ObjectId Page);

/// <summary>
/// Where a file of many extents keeps them (docs/format.md, "Extent page"). Level 1 lists extents; a higher level lists
/// pages one level down with the bytes of the file that each covers, so that a reader finds an offset in one descent.
/// </summary>
public sealed class ExtentPage
{
    private ExtentPage(int level, IReadOnlyList<Extent> extents, IReadOnlyList<ExtentPageChild> children)
    {
        Level = level;
        Extents = extents;
        Children = children;
    }

    public int Level { get; }

    /// <summary>Filled at level 1.</summary>
    public IReadOnlyList<Extent> Extents { get; }

    /// <summary>Filled above level 1.</summary>
    public IReadOnlyList<ExtentPageChild> Children { get; }

    /// <summary>Encodes a page of level 1; returns its references, distinct, in order of first use.</summary>
    public static ObjectId[] Encode(ReadOnlySpan<Extent> extents, ByteWriter body)
    {
        Invariant.Holds(extents.Length is > 0 and <= Limits.MaxPageExtents);
        var references = new ReferenceTable();
        body.Clear();
        body.Varint(1);
        body.Varint((ulong)extents.Length);
        foreach (var extent in extents)
        {
            body.Varint(extent.Gap);
            body.Varint(extent.Length);
            body.Varint((ulong)references.IndexOf(extent.Chunk));
            body.Varint(extent.Offset);
        }

        return references.ToArray();
    }

    /// <summary>Encodes a page of <paramref name="level"/> 2 or more.</summary>
    public static ObjectId[] Encode(int level, ReadOnlySpan<ExtentPageChild> children, ByteWriter body)
    {
        Invariant.Holds(level is > 1 and <= Limits.MaxTreeLevels);
        Invariant.Holds(children.Length is > 0 and <= Limits.MaxPageExtents);
        var references = new ReferenceTable();
        body.Clear();
        body.Varint((ulong)level);
        body.Varint((ulong)children.Length);
        foreach (var child in children)
        {
            body.Varint(child.Covered);
            body.Varint((ulong)references.IndexOf(child.Page));
        }

        return references.ToArray();
    }

    public static ExtentPage Decode(ReadOnlySpan<byte> body, ObjectId[] references, string place)
    {
        var reader = new ByteReader(body, place);
        int level = reader.Length(Limits.MaxTreeLevels);
        int count = reader.Length(Limits.MaxPageExtents);
        if (level == 0 || count == 0) throw reader.Broken("a filled extent page", $"level {level}, {count} entries");
        var page = level == 1
            ? new ExtentPage(level, ReadExtents(ref reader, count, references), [])
            : new ExtentPage(level, [], ReadChildren(ref reader, count, references));
        reader.End();
        return page;
    }

    internal static Extent ReadExtent(ref ByteReader reader, ObjectId[] references)
    {
        ulong gap = reader.Varint();
        ulong length = reader.Varint();
        int index = reader.Index(references.Length);
        uint offset = reader.Varint32();
        if (length is 0 or > Limits.MaxPlainBytes) throw reader.Broken("the length of an extent", $"{length}");
        if (offset + length > Limits.MaxPlainBytes) throw reader.Broken("an extent within its chunk", $"{offset}");
        return new Extent(gap, length, references[index], offset);
    }

    // So that sums over a page never wrap round and look small.
    private static ulong Advance(ref ByteReader reader, ulong end, ulong by) =>
        by <= long.MaxValue - end ? end + by : throw reader.Broken("bytes of one file", $"{by} more than {end}");

    private static Extent[] ReadExtents(ref ByteReader reader, int count, ObjectId[] references)
    {
        var extents = new Extent[count];
        ulong end = 0;
        for (int i = 0; i < count; i++)
        {
            extents[i] = ReadExtent(ref reader, references);
            end = Advance(ref reader, Advance(ref reader, end, extents[i].Gap), extents[i].Length);
        }

        return extents;
    }

    private static ExtentPageChild[] ReadChildren(ref ByteReader reader, int count, ObjectId[] references)
    {
        var children = new ExtentPageChild[count];
        ulong end = 0;
        for (int i = 0; i < count; i++)
        {
            ulong covered = reader.Varint();
            if (covered == 0) throw reader.Broken("a page that covers something", "nothing");
            end = Advance(ref reader, end, covered);
            int index = reader.Index(references.Length);
            children[i] = new ExtentPageChild(covered, references[index]);
        }

        return children;
    }
}
