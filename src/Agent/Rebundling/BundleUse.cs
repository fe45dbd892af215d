using System.Runtime.InteropServices;
using Coffer.Agent.Caching;
using Coffer.Domain;
using Coffer.Format.Listing;

namespace Coffer.Agent.Rebundling;

/// <summary>
/// Adds up how a run's entries use their bundles (<see cref="BundleRules"/>, steps 1 and 2). An entry costs one
/// comparison where it lies in the bundle of the one before it.
/// </summary>
/// <param name="folder">Of the cache.</param>
/// <param name="older">The table of the run before; empty where there is none.</param>
/// <param name="run">The run under way.</param>
internal sealed class BundleUse(string folder, SortedTable<BundleRow> older, uint run) : IDisposable
{
    private readonly SpilledRows<BundleRow> _rows = new(folder, "bundles");
    private readonly BundleJudge _judge = new(run);
    private readonly Dictionary<ObjectId, Share> _page = [];
    private ObjectId _bundle;
    private Share _share;

    /// <summary>Bytes of all entries that lie in bundles.</summary>
    public ulong SmallBytes { get; private set; }

    public void Add(in EntryFields entry)
    {
        if (!entry.HasContentHash || entry.Shape != ContentShape.Whole) return;
        if (entry.Content != _bundle) Next(entry.Content);
        _share.Used += entry.Size;
        _share.End = Math.Max(_share.End, entry.ContentOffset + entry.Size);
        // The names of one file must keep pointing to one place, so such a file is never moved.
        _share.IsPinned |= entry.HardLinkGroup != 0;
        if (entry.HardLinkGroup == 0) _share.Movable += entry.Size;
    }

    /// <summary>The entries since the last call are one page of the listing.</summary>
    public void EndPage(ObjectId page)
    {
        Next(default);
        ulong bytes = 0;
        foreach (var (bundle, share) in _page)
        {
            bytes += share.Used;
            uint length = (uint)Math.Min(share.End, uint.MaxValue);
            _rows.Add(new BundleRow(bundle, share.Used, length, FirstRun: 0, share.IsPinned));
        }

        SmallBytes += bytes;
        ulong most = BundleRules.BundlesNeeded(bytes) * BundleRules.BundlesPerNeeded;
        if ((ulong)_page.Count > most) JudgePage(page);
        _page.Clear();
    }

    /// <summary>The table of this run, for one pass: judged on the way.</summary>
    public IEnumerable<BundleRow> Table()
    {
        BundleRow? open = null;
        // Of the run before only length and age count: what nothing uses any more drops out.
        var before = older.Rows().Select(static row => row with { Used = 0, IsPinned = false });
        foreach (var row in _rows.Merged(before))
        {
            if (open is { } same && same.CompareKey(row) == 0)
            {
                open = Fold(same, row);
                continue;
            }

            if (open is { } done && TryClose(ref done)) yield return done;
            open = row;
        }

        if (open is { } last && TryClose(ref last)) yield return last;
    }

    /// <summary>What the next run is to make anew; once <see cref="Table"/> was gone through.</summary>
    public BundlePlan Plan(DateTimeOffset started, DateTimeOffset? startedBefore) =>
        _judge.Choose(SmallBytes, started, startedBefore);

    public void Dispose() => _rows.Dispose();

    private void Next(ObjectId bundle)
    {
        if (_share.Used > 0)
        {
            ref var share = ref CollectionsMarshal.GetValueRefOrAddDefault(_page, _bundle, out _);
            share.Used += _share.Used;
            share.Movable += _share.Movable;
            share.End = Math.Max(share.End, _share.End);
            share.IsPinned |= _share.IsPinned;
        }

        _bundle = bundle;
        _share = default;
    }

    private void JudgePage(ObjectId page)
    {
        int bundles = 0;
        ulong bytes = 0;
        foreach (var (bundle, share) in _page)
        {
            bool isOld = share.Movable > 0
                && older.TryFind(BundleRow.Key(bundle), out var row)
                && BundleRules.IsOld(row.FirstRun, run);
            if (!isOld) continue;
            bundles++;
            bytes += share.Movable;
        }

        _judge.ConsiderPage(page, bundles, bytes);
    }

    private static BundleRow Fold(in BundleRow sum, in BundleRow row) => sum with
    {
        Used = sum.Used + row.Used,
        Length = Math.Max(sum.Length, row.Length),
        FirstRun = Math.Max(sum.FirstRun, row.FirstRun),
        IsPinned = sum.IsPinned || row.IsPinned,
    };

    private bool TryClose(ref BundleRow row)
    {
        if (row.Used == 0) return false;
        if (row.FirstRun == 0) row = row with { FirstRun = run };
        _judge.ConsiderBundle(row);
        return true;
    }

    private struct Share
    {
        public ulong Used, Movable, End;
        public bool IsPinned;
    }
}
