using Coffer.Domain;

namespace Coffer.Format.Listing;

/// <summary>A page below a tree page.</summary>
/// <param name="Page">A listing or change page below level 1, a tree page below any other.</param>
/// <param name="FirstPath">Path of the first entry below; empty in the tree of change pages.</param>
/// <param name="FolderLength">Length of the page's common folder, a prefix of the first path; 0 above level 1.</param>
/// <param name="Pages">Listing or change pages below: 1 at level 1.</param>
/// <param name="Entries">Entries below.</param>
public readonly record struct TreeChild(
    ObjectId Page, ReadOnlyMemory<byte> FirstPath, int FolderLength, ulong Pages, ulong Entries);

/// <summary>
/// First paths and ids of the pages below (docs/format.md, "Tree page"), so that a path is found in one descent.
/// The tree of change pages has the same form: the k-th listing page and the k-th change page tell of the same entries.
/// </summary>
public static class TreePage
{
    public static ObjectId[] Encode(int level, ReadOnlySpan<TreeChild> children, ByteWriter body)
    {
        Invariant.Holds(level is >= 1 and <= Limits.MaxTreeLevels);
        Invariant.Holds(children.Length <= Limits.MaxTreeChildren);
        var references = new ReferenceTable();
        body.Clear();
        body.Varint((ulong)level);
        body.Varint((ulong)children.Length);
        ReadOnlySpan<byte> previous = default;
        foreach (ref readonly var child in children)
        {
            var path = child.FirstPath.Span;
            int shared = path.CommonPrefixLength(previous);
            body.Varint((ulong)references.IndexOf(child.Page));
            body.Varint((ulong)shared);
            body.Block(path[shared..]);
            body.Varint((ulong)child.FolderLength);
            body.Varint(child.Pages);
            body.Varint(child.Entries);
            previous = path;
        }

        return references.ToArray();
    }

    public static (int Level, TreeChild[] Children) Decode(ReadOnlySpan<byte> body, ObjectId[] references, string place)
    {
        var reader = new ByteReader(body, place);
        int level = reader.Length(Limits.MaxTreeLevels);
        if (level == 0) throw reader.Broken("a level from 1", "0");
        int count = reader.Length(Limits.MaxTreeChildren);
        // Six bytes is the shortest child.
        if (count > reader.Left / 6) throw reader.Broken($"{count} children", $"{reader.Left} bytes");
        var children = new TreeChild[count];
        byte[] previous = [];
        int pathBytes = 0;
        for (int i = 0; i < children.Length; i++)
        {
            int index = reader.Index(references.Length);
            byte[] path = ReadPath(ref reader, previous, Limits.MaxTreePathBytes - pathBytes);
            // Of the tree of change pages all are empty; in a listing no two pages begin alike.
            if (i > 0 && path.Length > 0 && PathOrder.Compare(previous, path) >= 0
                || i > 0 && path.Length == 0 && previous.Length > 0)
                throw reader.Broken("first paths in order", "one that is not above the one before");
            int folder = ReadFolder(ref reader, path, level);
            var (pages, entries) = ReadCounts(ref reader, level);
            children[i] = new TreeChild(references[index], path, folder, pages, entries);
            pathBytes += path.Length;
            previous = path;
        }

        reader.End();
        return (level, children);
    }

    private static byte[] ReadPath(ref ByteReader reader, byte[] previous, int roomBytes)
    {
        int shared = reader.Length(previous.Length);
        var suffix = reader.Block(Limits.MaxPathBytes);
        // Shared prefixes could make a small page ask for gigabytes.
        if (shared + suffix.Length > Math.Min(Limits.MaxPathBytes, roomBytes))
            throw reader.Broken($"paths of at most {Limits.MaxTreePathBytes} bytes in all", "more");
        return [.. previous.AsSpan(0, shared), .. suffix];
    }

    private static int ReadFolder(ref ByteReader reader, byte[] path, int level)
    {
        int length = reader.Length(path.Length);
        bool isWhole = length == 0 || (level == 1 && length < path.Length && path[length] == (byte)'/');
        return isWhole ? length : throw reader.Broken("whole folders of the first path", $"{length} of its bytes");
    }

    // Bounds under which no sum over the children of a page can wrap round.
    private static (ulong Pages, ulong Entries) ReadCounts(ref ByteReader reader, int level)
    {
        ulong pages = reader.Varint(), entries = reader.Varint();
        ulong mostPages = level == 1 ? 1 : Limits.MaxListingPages;
        return pages >= 1 && pages <= mostPages && entries >= pages && entries <= pages * Limits.MaxPageEntries
            ? (pages, entries)
            : throw reader.Broken($"the counts of a page of level {level - 1}", $"{pages} pages, {entries} entries");
    }
}
