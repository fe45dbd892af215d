using Coffer.Agent.Rebundling;

namespace Coffer.Agent.Caching;

/// <summary>
/// What a pass over a source writes for the cache while it lists; published once its point is committed, dropped
/// otherwise. It builds upon the plan and the bundle table of the run before, where the cache has both.
/// </summary>
internal sealed class UnfinishedCache : IDisposable
{
    private readonly SortedTable<BundleRow> _table;

    /// <param name="table">Of the run before; disposed of here.</param>
    public UnfinishedCache(SourceCache cache, BundlePlan? before, SortedTable<BundleRow>? table)
    {
        bool hasBoth = before is not null && table is not null;
        if (!hasBoth) table?.Dispose();
        Before = hasBoth ? before : null;
        _table = hasBoth ? table! : SortedTable<BundleRow>.Empty();
        Listing = new CachedListingWriter(cache.UnfinishedListing);
        Contents = new SpilledRows<ContentRow>(cache.Folder, "contents");
        Bundles = new BundleUse(cache.Folder, _table, (Before?.Run ?? 0) + 1);
        Moves = Before is null ? BundleMoves.None : new BundleMoves(Before, _table);
    }

    public CachedListingWriter Listing { get; }

    public SpilledRows<ContentRow> Contents { get; }

    public BundleUse Bundles { get; }

    /// <summary>Null where the cache is new or lost.</summary>
    public BundlePlan? Before { get; }

    /// <summary>What the plan wants to be moved.</summary>
    public BundleMoves Moves { get; }

    public void Dispose()
    {
        Listing.Dispose();
        Contents.Dispose();
        Bundles.Dispose();
        _table.Dispose();
    }
}
