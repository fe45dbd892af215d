using Coffer.Agent.Caching;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.Format.Listing;

namespace Coffer.Agent.Rebundling;

/// <summary>
/// Which unchanged entries a run puts into new bundles (<see cref="BundleRules"/>, step 3). Nothing where there is no
/// plan of the very base at hand.
/// </summary>
internal sealed class BundleMoves
{
    private readonly SortedTable<BundleRow> _table;
    private readonly HashSet<ObjectId> _bundles;
    private readonly HashSet<ObjectId> _pages;
    private readonly uint _run;
    private readonly FileTime _unchangedSince;
    private ulong _left;
    private ObjectId _asked;
    private bool _isAskedOld;

    /// <param name="table">Of the same point as the plan.</param>
    public BundleMoves(BundlePlan plan, SortedTable<BundleRow> table)
    {
        _table = table;
        _run = plan.Run;
        _bundles = [.. plan.Bundles];
        _pages = [.. plan.Pages];
        _left = plan.Budget;
        long seconds = plan.StartedBefore.ToUnixTimeSeconds() - Limits.RebundlingClockSlackSeconds;
        _unchangedSince = new FileTime(seconds, 0);
    }

    private BundleMoves()
    {
        (_table, _bundles, _pages) = (SortedTable<BundleRow>.Empty(), [], []);
    }

    /// <summary>Moves nothing.</summary>
    public static BundleMoves None { get; } = new();

    public bool IsEmpty => _bundles.Count + _pages.Count == 0;

    /// <summary>Whether an unchanged entry is to be put into a new bundle.</summary>
    /// <param name="page">The page of the previous listing that it stands in.</param>
    public bool Wants(ObjectId page, in EntryFields entry, in FileMetadata file)
    {
        if (IsEmpty) return false;
        // The names of one file must keep pointing to one place.
        bool canMove = entry.HasContentHash && entry.Shape == ContentShape.Whole
            && entry.HardLinkGroup == 0 && file.LinkCount == 1 && entry.Size <= _left && file.Changed < _unchangedSince;
        return canMove
            && (_bundles.Contains(entry.Content) || (_pages.Contains(page) && IsOld(entry.Content)));
    }

    /// <summary>An entry was moved.</summary>
    public void Count(ulong bytes) => _left -= Math.Min(_left, bytes);

    /// <summary>A bundle being made anew: nothing new should point into it.</summary>
    public bool Dissolves(ObjectId chunk) => _bundles.Contains(chunk);

    private bool IsOld(ObjectId bundle)
    {
        if (bundle == _asked) return _isAskedOld;
        _asked = bundle;
        _isAskedOld = _table.TryFind(BundleRow.Key(bundle), out var row) && BundleRules.IsOld(row.FirstRun, _run);
        return _isAskedOld;
    }
}
