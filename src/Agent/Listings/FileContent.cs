using Coffer.Agent.Pipeline;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Listing;
using Coffer.Sealing.Frames;

namespace Coffer.Agent.Listings;

/// <summary>
/// Where one file's bytes will be: known for certain once every chunk has its id. Memory stays flat for a huge file:
/// extents past the first few go into extent pages as their chunks are identified.
/// </summary>
internal sealed class FileContent(NodeIds ids)
{
    private readonly Queue<(ulong Gap, ulong Length, NodeJob Chunk, uint Offset)> _waiting = new();
    private readonly List<Extent> _extents = [];
    private ExtentTreeBuilder? _tree;
    private bool _isComplete;

    public ContentShape Shape { get; private set; } = ContentShape.Extents;

    /// <summary>Chunk or top extent page, by <see cref="Shape"/>.</summary>
    public ObjectId Target { get; private set; }

    public uint Offset { get; private set; }

    public int ExtentPageLevel { get; private set; }

    public IReadOnlyList<Extent> Extents => _extents;

    /// <summary>Extent pages to be sent; the caller empties it.</summary>
    public List<PageNode> Ready { get; } = [];

    /// <summary>Shape and target are final.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>Bytes of the file that are in chunks so far, holes before them included.</summary>
    public ulong CoveredBytes { get; private set; }

    public void Add(ulong gap, ulong length, NodeJob chunk, uint offset)
    {
        _waiting.Enqueue((gap, length, chunk, offset));
        CoveredBytes += gap + length;
    }

    /// <summary>An extent that is stored already: a run that goes on inside a file.</summary>
    public void Add(in Extent extent)
    {
        Invariant.Holds(_waiting.Count == 0);
        Settle(extent);
        CoveredBytes += extent.Gap + extent.Length;
    }

    /// <summary>No more extents will come.</summary>
    public void Complete() => _isComplete = true;

    /// <summary>Takes in chunks that have their id; true once all is known.</summary>
    public bool TrySettle(ulong size)
    {
        while (_waiting.TryPeek(out var next) && next.Chunk.IsIdentified)
        {
            _ = _waiting.Dequeue();
            Settle(new Extent(next.Gap, next.Length, next.Chunk.Id, next.Offset));
        }

        if (!_isComplete || _waiting.Count > 0) return false;
        if (Shape == ContentShape.Extents) Choose(size);
        IsSettled = true;
        return true;
    }

    /// <summary>
    /// The extents so far as a tree of their own, for a checkpoint; null before the first. All chunks must be
    /// identified.
    /// </summary>
    public (ObjectId Top, IReadOnlyList<PageNode> Pages)? ForkTree()
    {
        Invariant.Holds(_waiting.Count == 0);
        if (CoveredBytes == 0) return null;
        var fork = _tree?.Fork() ?? new ExtentTreeBuilder(ids);
        foreach (var extent in _extents) fork.Add(extent);
        var (top, _) = fork.Finish();
        return (top, fork.Ready);
    }

    private void Settle(in Extent extent)
    {
        _extents.Add(extent);
        if (_tree is null && _extents.Count <= Format.Limits.MaxEntryExtents) return;
        _tree ??= new ExtentTreeBuilder(ids);
        foreach (var each in _extents) _tree.Add(each);
        _extents.Clear();
        MoveReady();
    }

    private void Choose(ulong size)
    {
        if (_tree is not null)
        {
            Shape = ContentShape.Paged;
            (Target, ExtentPageLevel) = _tree.Finish();
            MoveReady();
        }
        else if (_extents is [{ Gap: 0 } only] && only.Length == size)
        {
            (Shape, Target, Offset) = (ContentShape.Whole, only.Chunk, only.Offset);
        }
    }

    private void MoveReady()
    {
        Ready.AddRange(_tree!.Ready);
        _tree.Ready.Clear();
    }
}
