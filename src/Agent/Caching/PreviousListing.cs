using Coffer.Agent.Listings;
using Coffer.Domain;
using Coffer.Format.Listing;

namespace Coffer.Agent.Caching;

/// <summary>
/// The listing that a walk is joined with: the checkpoint up to its last path, the last point after it. Entry by entry
/// without waiting; between pages <see cref="NextPageAsync"/> may read.
/// </summary>
internal sealed class PreviousListing : IDisposable
{
    private readonly Queue<(IPageSource Source, byte[]? After)> _sources = new();
    private readonly KnownPages _known;
    private readonly ListingPageReader _entries = new();
    private readonly ChangePageReader _changes = new();
    private byte[]? _after;

    /// <param name="known">Learns the id of every page that is read.</param>
    public PreviousListing(KnownPages known) => _known = known;

    /// <summary>No more pages.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>The listing page in hand.</summary>
    public ObjectId Page { get; private set; }

    public ListingPageReader Entry => _entries;

    public ref readonly ChangeFields Change => ref _changes.Fields;

    /// <summary>
    /// Adds a listing, of which only what follows <paramref name="after"/> counts; null is all of it.
    /// </summary>
    public void Append(IPageSource source, byte[]? after) => _sources.Enqueue((source, after));

    /// <summary>The next entry of the page in hand; false when the next page is due.</summary>
    public bool MoveNextInPage()
    {
        while (_entries.MoveNext())
        {
            if (!_changes.MoveNext()) throw new CorruptionException("change page", "an entry for each listed", "fewer");
            if (_after is null || PathOrder.Compare(_entries.Path, _after) > 0) return true;
        }

        return false;
    }

    public async ValueTask NextPageAsync(CancellationToken cancellationToken)
    {
        while (_sources.TryPeek(out var current))
        {
            _after = current.After;
            if (await current.Source.NextAsync(cancellationToken) is { } pages)
            {
                Open(pages);
                return;
            }

            _sources.Dequeue().Source.Dispose();
        }

        IsAtEnd = true;
    }

    public async ValueTask<bool> TryNextPageAsync(CancellationToken cancellationToken)
    {
        await NextPageAsync(cancellationToken);
        return !IsAtEnd;
    }

    public void Dispose()
    {
        while (_sources.TryDequeue(out var source)) source.Source.Dispose();
    }

    private void Open(ListingPages pages)
    {
        _known.Add(pages.Listing.Id);
        _known.Add(pages.Changes.Id);
        Page = pages.Listing.Id;
        string place = $"listing page {pages.Listing.Id}";
        _entries.Open(pages.Listing.Body, pages.Listing.References, pages.Folder, place);
        _changes.Open(pages.Changes.Body, $"change page {pages.Changes.Id}");
        if (_entries.EntriesLeft != _changes.EntriesLeft)
            throw new CorruptionException(place, $"{_changes.EntriesLeft} entries", $"{_entries.EntriesLeft}");
    }
}
