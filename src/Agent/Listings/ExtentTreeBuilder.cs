using System.Runtime.InteropServices;
using Coffer.Agent.Pipeline;
using Coffer.Domain;
using Coffer.Format;
using Coffer.Format.Frames;
using Coffer.Format.Listing;
using Coffer.Sealing.Frames;

namespace Coffer.Agent.Listings;

/// <summary>Builds the extent pages of one file, cut where a chunk's (or page's) id has its low bits zero.</summary>
internal sealed class ExtentTreeBuilder(NodeIds ids)
{
    private const ulong Mask = (1ul << Agent.Limits.ExtentCutBits) - 1;

    private readonly List<Extent> _leaf = [];
    private readonly List<List<ExtentPageChild>> _levels = [[]];
    private readonly ByteWriter _body = new();

    /// <summary>Finished pages to be sent; the caller empties it.</summary>
    public List<PageNode> Ready { get; } = [];

    public void Add(in Extent extent)
    {
        _leaf.Add(extent);
        if ((extent.Chunk.LowBits & Mask) == 0 || _leaf.Count == Format.Limits.MaxPageExtents) CloseLeaf();
    }

    /// <summary>The tree as if the file ended here, for a checkpoint; this builder goes on.</summary>
    public ExtentTreeBuilder Fork()
    {
        var fork = new ExtentTreeBuilder(ids);
        fork._leaf.AddRange(_leaf);
        fork._levels.Clear();
        foreach (var level in _levels) fork._levels.Add([.. level]);
        return fork;
    }

    private void CloseLeaf()
    {
        if (_leaf.Count == 0) return;
        var references = ExtentPage.Encode(CollectionsMarshal.AsSpan(_leaf), _body);
        ulong covered = 0;
        foreach (ref readonly var extent in CollectionsMarshal.AsSpan(_leaf)) covered += extent.Gap + extent.Length;
        _leaf.Clear();
        Add(0, new ExtentPageChild(covered, Finish(references).Id));
    }

    /// <summary>The top page and its level. The builder is used up.</summary>
    public (ObjectId Top, int Level) Finish()
    {
        CloseLeaf();
        for (int level = 0; ; level++)
        {
            bool isTop = level == _levels.Count - 1;
            if (isTop && _levels[level].Count == 1) return (_levels[level][0].Page, level + 1);
            if (_levels[level].Count > 0) Close(level);
        }
    }

    private void Add(int level, in ExtentPageChild child)
    {
        if (level == _levels.Count) _levels.Add([]);
        var open = _levels[level];
        open.Add(child);
        // A page over a single page would be no step up.
        bool isCut = open.Count > 1 && (child.Page.LowBits & Mask) == 0;
        if (isCut || open.Count == Format.Limits.MaxPageExtents) Close(level);
    }

    private void Close(int level)
    {
        var open = _levels[level];
        var references = ExtentPage.Encode(level + 2, CollectionsMarshal.AsSpan(open), _body);
        ulong covered = 0;
        foreach (ref readonly var child in CollectionsMarshal.AsSpan(open)) covered += child.Covered;
        open.Clear();
        Add(level + 1, new ExtentPageChild(covered, Finish(references).Id));
    }

    private PageNode Finish(ObjectId[] references)
    {
        byte[] body = _body.Written.ToArray();
        var page = new PageNode(
            NodeKind.ExtentPage, ids.Of(NodeKind.ExtentPage, references.AsSpan(), body), references, body);
        Ready.Add(page);
        return page;
    }
}
