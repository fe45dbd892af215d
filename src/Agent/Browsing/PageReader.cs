using Coffer.Agent.Browsing.Pages;
using Coffer.Agent.Nodes;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Listing;
using Coffer.Format.Points;
using Coffer.Sealing.Keys;

namespace Coffer.Agent.Browsing;

/// <summary>A decoded tree page.</summary>
internal sealed record TreeNode(int Level, TreeChild[] Children, ObjectId[] References);

/// <summary>
/// Opens the pages of one keyspace's points and keeps the last few, so that points that share pages are compared and
/// browsed without reading those twice. Not thread-safe; the frame reader and the keys stay the caller's.
/// </summary>
public sealed class PageReader : IDisposable
{
    // A descent touches one tree page a level and the neighbours of a leaf; two points side by side double that.
    private const int TreePages = 32;
    private const int LeafPages = 16;

    private readonly IFrameReader _frames;
    private readonly KeyspaceKeys _keys;
    private readonly NodeReader _nodes;
    private readonly RecentlyUsed<ObjectId, TreeNode> _trees = new(TreePages);
    private readonly RecentlyUsed<ObjectId, Node> _leaves = new(LeafPages);

    public PageReader(IFrameReader frames, KeyspaceKeys keys)
    {
        _frames = frames;
        _keys = keys;
        _nodes = NewNodeReader();
    }

    /// <summary>Pages that were fetched and opened, not found among the last few.</summary>
    public long PagesRead { get; private set; }

    public void Dispose() => _nodes.Dispose();

    /// <summary>A reader of its own for another worker.</summary>
    internal NodeReader NewNodeReader() => new(_frames, _keys);

    internal Task<(PointBody Body, ObjectId[] References)> ReadPointAsync(
        ObjectId point, CancellationToken cancellationToken) =>
        _nodes.ReadPointAsync(point, NodeKind.Point, cancellationToken);

    internal async ValueTask<TreeNode> ReadTreeAsync(ObjectId id, CancellationToken cancellationToken)
    {
        if (_trees.Find(id) is { } known) return known;
        var page = await _nodes.ReadPageAsync(id, NodeKind.TreePage, cancellationToken);
        PagesRead++;
        var (level, children) = TreePage.Decode(page.Body, page.References, $"tree page {id}");
        var node = new TreeNode(level, children, page.References);
        _ = _trees.Add(id, node);
        return node;
    }

    /// <summary>A listing or change page.</summary>
    internal async ValueTask<Node> ReadLeafAsync(ObjectId id, NodeKind kind, CancellationToken cancellationToken)
    {
        if (_leaves.Find(id) is { } known) return known;
        var page = await _nodes.ReadPageAsync(id, kind, cancellationToken);
        PagesRead++;
        _ = _leaves.Add(id, page);
        return page;
    }

    internal async ValueTask<ExtentPage> ReadExtentPageAsync(ObjectId id, CancellationToken cancellationToken)
    {
        var page = await _nodes.ReadPageAsync(id, NodeKind.ExtentPage, cancellationToken);
        PagesRead++;
        return ExtentPage.Decode(page.Body, page.References, $"extent page {id}");
    }

    /// <summary>The whole plain body of a chunk; for the few small ones that hold attribute sets.</summary>
    internal async ValueTask<byte[]> ReadChunkAsync(ObjectId id, CancellationToken cancellationToken) =>
        (await _nodes.ReadPageAsync(id, NodeKind.Chunk, cancellationToken)).Body;
}
