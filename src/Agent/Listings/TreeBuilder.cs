using System.Runtime.InteropServices;
using Coffer.Agent.Pipeline;
using Coffer.Domain;
using Coffer.Format;
using Coffer.Format.Frames;
using Coffer.Format.Listing;
using Coffer.Sealing.Frames;

namespace Coffer.Agent.Listings;

/// <summary>
/// Builds the tree over a listing's pages as they come, one open page a level, cut by the children's ids so that a
/// change moves no other boundary. Pages that are done wait in <see cref="Ready"/> to be asked for in one question.
/// </summary>
internal sealed class TreeBuilder(NodeIds ids)
{
    private readonly List<List<TreeChild>> _levels = [[]];
    private readonly ByteWriter _body = new();

    /// <summary>Finished tree pages not yet sent; the caller empties it.</summary>
    public List<PageNode> Ready { get; } = [];

    public ulong Pages { get; private set; }

    public ulong Entries { get; private set; }

    public void Add(in TreeChild page)
    {
        Pages += page.Pages;
        Entries += page.Entries;
        Add(0, page);
    }

    /// <summary>Closes every level and returns the top page's id. The builder is used up.</summary>
    public ObjectId Finish()
    {
        for (int level = 0; ; level++)
        {
            bool isTop = level == _levels.Count - 1;
            if (isTop && level > 0 && _levels[level].Count == 1) return _levels[level][0].Page;
            if (_levels[level].Count > 0 || isTop) Close(level);
        }
    }

    /// <summary>
    /// The top page as if the listing ended here, for a checkpoint; the builder goes on. <paramref name="extra"/> is
    /// the listing page in hand, if it has entries.
    /// </summary>
    public TreeBuilder Fork(TreeChild? extra)
    {
        var fork = new TreeBuilder(ids) { Pages = Pages, Entries = Entries };
        fork._levels.Clear();
        foreach (var level in _levels) fork._levels.Add([.. level]);
        if (extra is { } page) fork.Add(page);
        return fork;
    }

    private void Add(int level, in TreeChild child)
    {
        if (level == _levels.Count) _levels.Add([]);
        // What a reader would refuse must not be written: a page of very long paths ends early.
        if (PathBytes(_levels[level]) + child.FirstPath.Length > Format.Limits.MaxTreePathBytes) Close(level);
        var open = _levels[level];
        open.Add(child);
        bool isCut = (child.Page.LowBits & ((1ul << Limits.TreeCutBits) - 1)) == 0;
        if (isCut || open.Count == Format.Limits.MaxTreeChildren) Close(level);
    }

    private static int PathBytes(List<TreeChild> children)
    {
        int bytes = 0;
        foreach (ref readonly var child in CollectionsMarshal.AsSpan(children)) bytes += child.FirstPath.Length;
        return bytes;
    }

    private void Close(int level)
    {
        var open = _levels[level];
        var references = TreePage.Encode(level + 1, CollectionsMarshal.AsSpan(open), _body);
        byte[] body = _body.Written.ToArray();
        var id = ids.Of(NodeKind.TreePage, references.AsSpan(), body);
        Ready.Add(new PageNode(NodeKind.TreePage, id, references, body));
        ulong pages = 0, entries = 0;
        foreach (ref readonly var child in CollectionsMarshal.AsSpan(open))
        {
            pages += child.Pages;
            entries += child.Entries;
        }

        var first = open.Count > 0 ? open[0].FirstPath : default;
        open.Clear();
        Add(level + 1, new TreeChild(id, first, 0, pages, entries));
    }
}
