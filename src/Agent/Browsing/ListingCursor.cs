using Coffer.Agent.Browsing.Pages;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Listing;

namespace Coffer.Agent.Browsing;

/// <summary>
/// A part of a listing that could not be opened: the entries from this path up to the next page's are lost.
/// </summary>
public readonly record struct ListingDamage(ReadOnlyMemory<byte> FirstPath, ulong Entries, string Reason);

/// <summary>
/// Goes through the entries of one point in order, reading a page when it gets there, and jumps by descent. Paths are
/// relative to the volume. With a damage handler a page that does not open is told and passed over; else it throws.
/// </summary>
public sealed class ListingCursor
{
    private readonly PageReader _pages;
    private readonly TreeWalk _walk;
    private readonly ListingPageReader _reader = new();
    private readonly Action<ListingDamage>? _onDamage;
    private bool _isStarted, _hasEntry, _isPending;

    internal ListingCursor(PageReader pages, ObjectId listing, Action<ListingDamage>? onDamage)
    {
        _pages = pages;
        _walk = new TreeWalk(pages, listing);
        _onDamage = onDamage;
    }

    /// <summary>The entry that the cursor stands on; valid until it moves.</summary>
    public ListingPageReader Entry => _reader;

    public ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        if (_isPending)
        {
            _isPending = false;
            return new(true);
        }

        return _hasEntry && _reader.MoveNext() ? new(true) : NextPageAsync(cancellationToken);
    }

    /// <summary>The next move leads to the first entry at or behind <paramref name="path"/>.</summary>
    public async ValueTask SeekAsync(ReadOnlyMemory<byte> path, CancellationToken cancellationToken)
    {
        _isPending = false;
        if (!IsAheadInThisPage(path.Span))
        {
            _isStarted = true;
            _hasEntry = false;
            await SeekLeafAsync(path, cancellationToken);
            if (!await NextPageAsync(cancellationToken)) return;
        }

        while (PathOrder.Compare(_reader.Path, path.Span) < 0)
        {
            if (_reader.MoveNext()) continue;
            _hasEntry = false;
            return;
        }

        _isPending = true;
    }

    /// <summary>The next move leads behind everything that lies below the entry.</summary>
    public ValueTask SkipSubtreeAsync(CancellationToken cancellationToken)
    {
        // 1 is the lowest byte of a name, and '/' ranks below it: so this comes right behind all that lies below.
        byte[] behind = _reader.Path.IsEmpty ? [0xff, 0xff] : [.. _reader.Path, 1];
        return _reader.Path.IsEmpty ? EndAsync(cancellationToken) : SeekAsync(behind, cancellationToken);
    }

    private async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        if (!_isStarted) await _walk.StartAsync(cancellationToken);
        while (_walk.TryPeek(out _, out _)) _walk.Skip();
        _isStarted = true;
        _isPending = _hasEntry = false;
    }

    private bool IsAheadInThisPage(ReadOnlySpan<byte> path) =>
        _hasEntry
        && PathOrder.Compare(_reader.Path, path) <= 0
        && (!_walk.TryPeek(out var next, out _) || PathOrder.Compare(path, next.FirstPath.Span) < 0);

    private async ValueTask SeekLeafAsync(ReadOnlyMemory<byte> path, CancellationToken cancellationToken)
    {
        try
        {
            await _walk.SeekAsync(path, cancellationToken);
        }
        catch (CorruptionException e) when (_onDamage is not null && _walk.TryPeek(out var child, out _))
        {
            PassOver(child, e);
        }
    }

    private async ValueTask<bool> NextPageAsync(CancellationToken cancellationToken)
    {
        if (!_isStarted) await _walk.StartAsync(cancellationToken);
        _isStarted = true;
        _hasEntry = false;
        while (!_hasEntry && _walk.TryPeek(out var child, out int level))
        {
            try
            {
                if (level > 0) await _walk.DescendAsync(cancellationToken);
                else _hasEntry = await OpenLeafAsync(child, cancellationToken);
            }
            catch (CorruptionException e) when (_onDamage is not null)
            {
                PassOver(child, e);
            }
        }

        return _hasEntry;
    }

    private async ValueTask<bool> OpenLeafAsync(TreeChild child, CancellationToken cancellationToken)
    {
        var page = await _pages.ReadLeafAsync(child.Page, NodeKind.ListingPage, cancellationToken);
        var folder = child.FirstPath.Span[..child.FolderLength];
        _reader.Open(page.Body, page.References, folder, $"listing page {child.Page}");
        bool hasEntry = _reader.MoveNext();
        _walk.Skip();
        return hasEntry;
    }

    private void PassOver(TreeChild child, CorruptionException damage)
    {
        _walk.Skip();
        _onDamage!(new ListingDamage(child.FirstPath, child.Entries, damage.Message));
    }
}
