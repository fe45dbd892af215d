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
        var children = new TreeChild[reader.Length(Limits.MaxTreeChildren)];
        byte[] previous = [];
        long pathBytes = 0;
        for (int i = 0; i < children.Length; i++)
        {
            int index = reader.Index(references.Length);
            int shared = reader.Length(previous.Length);
            byte[] path = [.. previous.AsSpan(0, shared), .. reader.Block(Limits.MaxPathBytes)];
            // Shared prefixes could make a small page ask for gigabytes.
            pathBytes += path.Length;
            if (path.Length > Limits.MaxPathBytes || pathBytes > Limits.MaxTreePathBytes)
                throw reader.Broken($"paths of at most {Limits.MaxTreePathBytes} bytes in all", "more");
            int folder = reader.Length(path.Length);
            children[i] = new TreeChild(references[index], path, folder, reader.Varint(), reader.Varint());
            previous = path;
        }

        reader.End();
        return (level, children);
    }
}
