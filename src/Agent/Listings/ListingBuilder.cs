using Coffer.Agent.Backups;
using Coffer.Agent.Caching;
using Coffer.Agent.Pipeline;
using Coffer.Domain;
using Coffer.Format;
using Coffer.Format.Frames;
using Coffer.Format.Listing;
using Coffer.Sealing.Frames;
using Coffer.Sealing.Keys;

namespace Coffer.Agent.Listings;

/// <summary>
/// Turns entries, in order, into listing and change pages and the two trees over them. Entries whose chunks have no id
/// yet wait in line, and all that come later wait behind them. A page that the base already has is not sent.
/// </summary>
internal sealed class ListingBuilder
{
    private readonly NodePipeline _pipeline;
    private readonly NodeIds _ids;
    private readonly PageCutter _cutter;
    private readonly KnownPages _base;
    private readonly UnfinishedCache _cache;
    private readonly ListingPageWriter _page = new();
    private readonly ChangePageWriter _changes = new();
    private readonly TreeBuilder _listingTree;
    private readonly TreeBuilder _changeTree;
    private readonly Queue<PendingEntry> _waiting = new();
    private readonly Stack<PendingEntry> _spare = new();
    private readonly ByteWriter _body = new();
    private readonly List<PageNode> _ready = [];
    private byte[] _lastPath = new byte[256];
    private int _lastPathLength = -1;

    public ListingBuilder(
        NodePipeline pipeline, KeyspaceKeys keys, NodeIds ids, KnownPages basePages, UnfinishedCache cache)
    {
        _pipeline = pipeline;
        _ids = ids;
        _cutter = new PageCutter(keys);
        _base = basePages;
        _cache = cache;
        _listingTree = new TreeBuilder(ids);
        _changeTree = new TreeBuilder(ids);
    }

    public int WaitingCount => _waiting.Count;

    public PageCutter Cutter => _cutter;

    /// <summary>Pages wait to be sent: <see cref="SendReadyAsync"/> is due.</summary>
    public bool HasReady => _ready.Count > 0 || _listingTree.Ready.Count + _changeTree.Ready.Count >= Limits.PagesAsked;

    /// <summary>An entry to be filled in and given to <see cref="Add(PendingEntry)"/>.</summary>
    public PendingEntry Rent()
    {
        if (!_spare.TryPop(out var entry)) return new PendingEntry();
        entry.Clear();
        return entry;
    }

    public void Add(PendingEntry entry)
    {
        _waiting.Enqueue(entry);
        Settle();
    }

    /// <summary>An entry that stands as the base has it, but for the owner's number and mode in the fields.</summary>
    public void AddUnchanged(
        ListingPageReader entry, in EntryFields fields, Ownership owner, in ChangeFields change)
    {
        if (_waiting.Count == 0)
        {
            Write(
                entry.Path, fields, owner, entry.SymlinkTarget, entry.Extents, entry.Xattrs, entry.UnknownFields,
                change);
            return;
        }

        Add(Copy(entry, fields, owner, change));
    }

    /// <summary>An entry that stands as the base has it, but for the bundle that its bytes were put into.</summary>
    public void AddMoved(
        ListingPageReader entry, in EntryFields fields, Ownership owner, in ChangeFields change, in SmallFile place)
    {
        var pending = Copy(entry, fields, owner, change);
        (pending.Bundle, pending.BundleOffset) = (place.Bundle, place.Offset);
        Add(pending);
    }

    /// <summary>Moves entries that wait no longer into pages.</summary>
    public void Settle()
    {
        while (_waiting.TryPeek(out var head) && TryResolve(head))
        {
            _ = _waiting.Dequeue();
            Write(
                head.Path, head.Fields, head.Owner, head.SymlinkTarget, Extents(head), head.Xattrs, head.Unknown,
                head.Change);
            if (head.Bundle is not null) AddContentRow(_cache.Contents, head.Fields);
            _spare.Push(head);
        }
    }

    /// <summary>Notes where a small file's bytes lie; of no other entry is there anything to note.</summary>
    public static void AddContentRow(SpilledRows<ContentRow> rows, in EntryFields fields)
    {
        if (!fields.HasContentHash || fields.Shape != ContentShape.Whole) return;
        rows.Add(new ContentRow(fields.ContentHash, fields.Content, fields.ContentOffset, (uint)fields.Size));
    }

    public async Task SendReadyAsync()
    {
        foreach (var page in _ready) await _pipeline.SubmitAsync(NodeJob.Page(page));
        _ready.Clear();
        await SendTreeAsync(_listingTree);
        await SendTreeAsync(_changeTree);
    }

    /// <summary>
    /// Ends the listing. Everything must have settled. Returns the two top pages, which the vault will have.
    /// </summary>
    public async Task<(ObjectId Listing, ObjectId Changes)> FinishAsync()
    {
        Settle();
        Invariant.Holds(_waiting.Count == 0);
        if (_page.Count > 0) EndPage();
        var listing = _listingTree.Finish();
        var changes = _changeTree.Finish();
        await SendReadyAsync();
        return (listing, changes);
    }

    /// <summary>
    /// The listing so far as a tree of its own, for a checkpoint; null before the first entry settled.
    /// </summary>
    public async Task<(ObjectId Listing, ObjectId Changes, byte[] LastPath)?> ForkAsync()
    {
        Settle();
        if (_lastPathLength < 0) return null;
        TreeChild? listingExtra = null, changesExtra = null;
        if (_page.Count > 0)
        {
            var (listing, changes) = EncodePage();
            _ready.Add(listing);
            _ready.Add(changes);
            (listingExtra, changesExtra) = Children(listing, changes);
        }

        var listingTree = _listingTree.Fork(listingExtra);
        var changeTree = _changeTree.Fork(changesExtra);
        var tops = (listingTree.Finish(), changeTree.Finish());
        await SendReadyAsync();
        await SendTreeAsync(listingTree);
        await SendTreeAsync(changeTree);
        return (tops.Item1, tops.Item2, _lastPath.AsSpan(0, _lastPathLength).ToArray());
    }

    private async Task SendTreeAsync(TreeBuilder tree)
    {
        foreach (var pages in tree.Ready.Chunk(Limits.PagesAsked)) await _pipeline.SubmitAbsentAsync(pages);
        tree.Ready.Clear();
    }

    private PendingEntry Copy(
        ListingPageReader entry, in EntryFields fields, Ownership owner, in ChangeFields change)
    {
        var pending = Rent();
        pending.SetPath(entry.Path);
        pending.Fields = fields;
        pending.Change = change;
        pending.Owner = owner;
        pending.SymlinkTarget = entry.SymlinkTarget.ToArray();
        pending.Extents = entry.Extents.ToArray();
        pending.Xattrs = entry.Xattrs;
        pending.Unknown = entry.UnknownFields.ToArray();
        return pending;
    }

    private bool TryResolve(PendingEntry entry)
    {
        if (entry.XattrChunk is { } chunk)
        {
            if (!chunk.IsIdentified) return false;
            entry.Xattrs = XattrSet.InChunk(chunk.Id, chunk.Length);
            entry.XattrChunk = null;
        }

        if (entry.Bundle is { } bundle)
        {
            if (bundle.Job is not { IsIdentified: true } job) return false;
            entry.Fields.Shape = ContentShape.Whole;
            entry.Fields.Content = job.Id;
            entry.Fields.ContentOffset = entry.BundleOffset;
        }

        if (entry.Content is not { } content) return true;
        if (!content.TrySettle(entry.Fields.Size)) return false;
        _ready.AddRange(content.Ready);
        content.Ready.Clear();
        entry.Fields.Shape = content.Shape;
        entry.Fields.Content = content.Target;
        entry.Fields.ContentOffset = content.Offset;
        entry.Fields.ExtentPageLevel = content.ExtentPageLevel;
        return true;
    }

    private static ReadOnlySpan<Extent> Extents(PendingEntry entry) => entry.Content switch
    {
        { Shape: ContentShape.Extents } content => content.Extents.ToArray(),
        null => entry.Extents,
        _ => default,
    };

    private void Write(
        ReadOnlySpan<byte> path,
        in EntryFields fields,
        Ownership owner,
        ReadOnlySpan<byte> target,
        ReadOnlySpan<Extent> extents,
        XattrSet? xattrs,
        ReadOnlySpan<byte> unknown,
        in ChangeFields change)
    {
        // A listing out of order could not be searched: better no point than that one.
        Invariant.Holds(_lastPathLength < 0 || PathOrder.Compare(_lastPath.AsSpan(0, _lastPathLength), path) < 0);
        if (_lastPath.Length < path.Length) _lastPath = new byte[path.Length * 2];
        path.CopyTo(_lastPath);
        _lastPathLength = path.Length;
        _page.Add(path, fields, owner, target, extents, xattrs, unknown);
        _changes.Add(change);
        _cache.Bundles.Add(fields);
        if (_page.Count == Format.Limits.MaxPageEntries || _cutter.EndsAfter(path, _page.EncodedLength)) EndPage();
    }

    private void EndPage()
    {
        var (listing, changes) = EncodePage();
        var (listingChild, changesChild) = Children(listing, changes);
        _listingTree.Add(listingChild);
        _changeTree.Add(changesChild);
        if (!_base.Contains(listing.Id)) _ready.Add(listing);
        if (!_base.Contains(changes.Id)) _ready.Add(changes);
        _cache.Listing.Add(_page.FirstPath[.._page.FolderLength], listing, changes);
        _cache.Bundles.EndPage(listing.Id);
        _page.Clear();
        _changes.Clear();
    }

    private (PageNode Listing, PageNode Changes) EncodePage()
    {
        _page.WriteBody(_body);
        var listing = MakePage(NodeKind.ListingPage, [.. _page.References]);
        _changes.WriteBody(_body);
        return (listing, MakePage(NodeKind.ChangePage, []));
    }

    private (TreeChild Listing, TreeChild Changes) Children(PageNode listing, PageNode changes) =>
        (new TreeChild(listing.Id, _page.FirstPath.ToArray(), _page.FolderLength, 1, (ulong)_page.Count),
            new TreeChild(changes.Id, default, 0, 1, (ulong)_page.Count));

    private PageNode MakePage(NodeKind kind, ObjectId[] references)
    {
        byte[] body = _body.Written.ToArray();
        return new PageNode(kind, _ids.Of(kind, references.AsSpan(), body), references, body);
    }
}
