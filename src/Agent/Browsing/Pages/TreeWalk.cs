using Coffer.Domain;
using Coffer.Format;
using Coffer.Format.Listing;

namespace Coffer.Agent.Browsing.Pages;

/// <summary>
/// A place between the leaves of one tree of pages. What comes next is only named, by the highest page that begins
/// there, until somebody descends into it: so equal pages of two trees are passed over without being read.
/// </summary>
internal sealed class TreeWalk(PageReader pages, ObjectId top)
{
    private readonly Frame[] _frames = new Frame[Format.Limits.MaxTreeLevels];
    private int _depth;

    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        _depth = 0;
        var node = await pages.ReadTreeAsync(top, cancellationToken);
        _frames[_depth++] = new Frame { Node = node };
    }

    /// <summary>The page that comes next, and its level: 0 for a leaf. False at the end.</summary>
    public bool TryPeek(out TreeChild child, out int level)
    {
        for (; _depth > 0; _depth--)
        {
            ref var frame = ref _frames[_depth - 1];
            if (frame.Next == frame.Node.Children.Length) continue;
            child = frame.Node.Children[frame.Next];
            level = frame.Node.Level - 1;
            return true;
        }

        (child, level) = (default, -1);
        return false;
    }

    /// <summary>Passes over the page that <see cref="TryPeek"/> told.</summary>
    public void Skip() => _frames[_depth - 1].Next++;

    /// <summary>Goes down into the tree page that <see cref="TryPeek"/> told; on damage nothing has moved.</summary>
    public async ValueTask DescendAsync(CancellationToken cancellationToken)
    {
        Invariant.Holds(TryPeek(out var child, out int level) && level > 0);
        var node = await pages.ReadTreeAsync(child.Page, cancellationToken);
        if (node.Level != level)
            throw new CorruptionException($"tree page {child.Page}", $"level {level}", $"{node.Level}");
        Skip();
        _frames[_depth++] = new Frame { Node = node };
    }

    /// <summary>Stands before the last leaf that does not begin behind <paramref name="path"/>.</summary>
    public async ValueTask SeekAsync(ReadOnlyMemory<byte> path, CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken);
        while (true)
        {
            _frames[_depth - 1].Next = LastAtOrBefore(_frames[_depth - 1].Node.Children, path.Span);
            if (!TryPeek(out _, out int level) || level == 0) return;
            await DescendAsync(cancellationToken);
        }
    }

    private static int LastAtOrBefore(TreeChild[] children, ReadOnlySpan<byte> path)
    {
        int low = 0, high = children.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (PathOrder.Compare(children[middle].FirstPath.Span, path) <= 0) low = middle;
            else high = middle - 1;
        }

        return low;
    }

    private struct Frame
    {
        public TreeNode Node;
        public int Next;
    }
}
