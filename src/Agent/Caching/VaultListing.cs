using Coffer.Agent.Nodes;
using Coffer.Agent.Pipeline;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Listing;

namespace Coffer.Agent.Caching;

/// <summary>
/// A point's listing read back from the vault, page by page: what a lost cache costs is this reading.
/// </summary>
internal sealed class VaultListing : IPageSource
{
    private readonly NodeReader _nodes;
    private readonly TreeLeaves _listing;
    private readonly TreeLeaves _changes;

    public VaultListing(NodeReader nodes, ObjectId listingTop, ObjectId changesTop)
    {
        _nodes = nodes;
        _listing = new TreeLeaves(nodes, listingTop);
        _changes = new TreeLeaves(nodes, changesTop);
    }

    public async ValueTask<ListingPages?> NextAsync(CancellationToken cancellationToken)
    {
        if (await _listing.NextAsync(cancellationToken) is not { } listing) return null;
        var changes = await _changes.NextAsync(cancellationToken)
            ?? throw new CorruptionException("tree of change pages", "as many pages as the listing has", "fewer");
        return new ListingPages(
            listing.FirstPath[..listing.FolderLength].ToArray(),
            await ReadAsync(listing.Page, NodeKind.ListingPage, cancellationToken),
            await ReadAsync(changes.Page, NodeKind.ChangePage, cancellationToken));
    }

    public void Dispose()
    {
        // The reader belongs to the caller.
    }

    private async ValueTask<PageNode> ReadAsync(ObjectId id, NodeKind kind, CancellationToken cancellationToken)
    {
        var node = await _nodes.ReadPageAsync(id, kind, cancellationToken);
        return new PageNode(kind, id, node.References, node.Body);
    }

    /// <summary>The children of a tree's lowest level, in order.</summary>
    private sealed class TreeLeaves(NodeReader nodes, ObjectId top)
    {
        private readonly Stack<(int Level, TreeChild[] Children, int Next)> _path = new();
        private bool _hasStarted;

        public async ValueTask<TreeChild?> NextAsync(CancellationToken cancellationToken)
        {
            if (!_hasStarted) await OpenAsync(top, cancellationToken);
            _hasStarted = true;
            while (_path.TryPop(out var open))
            {
                if (open.Next == open.Children.Length) continue;
                _path.Push(open with { Next = open.Next + 1 });
                var child = open.Children[open.Next];
                if (open.Level == 1) return child;
                await OpenAsync(child.Page, cancellationToken);
            }

            return null;
        }

        private async Task OpenAsync(ObjectId page, CancellationToken cancellationToken)
        {
            var node = await nodes.ReadPageAsync(page, NodeKind.TreePage, cancellationToken);
            var (level, children) = TreePage.Decode(node.Body, node.References, $"tree page {page}");
            if (_path.TryPeek(out var parent) && level != parent.Level - 1)
                throw new CorruptionException($"tree page {page}", $"level {parent.Level - 1}", $"{level}");
            _path.Push((level, children, 0));
        }
    }
}
