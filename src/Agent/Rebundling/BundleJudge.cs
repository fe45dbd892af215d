using Coffer.Agent.Caching;
using Coffer.Domain;

namespace Coffer.Agent.Rebundling;

/// <summary>
/// Keeps the worst bundles and pages that a run meets and chooses among them. How bad one is: by how many times it is
/// past its own threshold (<see cref="BundleRules"/>).
/// </summary>
/// <param name="run">The run under way.</param>
internal sealed class BundleJudge(uint run)
{
    // The least bad first, to make room for a worse one. Most runs meet none.
    private PriorityQueue<Candidate, Candidate>? _worst;

    public void ConsiderBundle(in BundleRow row)
    {
        bool isCandidate = !row.IsPinned
            && BundleRules.IsOld(row.FirstRun, run)
            && row.Used > 0
            && row.Used * BundleRules.LengthPerUsedByte < row.Length;
        if (!isCandidate) return;
        double badness = (double)row.Length / (row.Used * BundleRules.LengthPerUsedByte);
        Keep(new Candidate(row.Bundle, IsPage: false, row.Used, badness));
    }

    /// <param name="oldBundles">Bundles of the page's entries that are old enough.</param>
    /// <param name="oldBytes">Bytes of those entries.</param>
    public void ConsiderPage(ObjectId page, int oldBundles, ulong oldBytes)
    {
        ulong most = BundleRules.BundlesNeeded(oldBytes) * BundleRules.BundlesPerNeeded;
        if ((ulong)oldBundles > most)
            Keep(new Candidate(page, IsPage: true, oldBytes, (double)oldBundles / most));
    }

    /// <summary>The worst that fit into the budget.</summary>
    /// <param name="smallBytes">Of all the source's files that lie in bundles.</param>
    /// <param name="started">When this run began.</param>
    /// <param name="startedBefore">When the run before it began; null: there was none, or its cache is lost.</param>
    public BundlePlan Choose(ulong smallBytes, DateTimeOffset started, DateTimeOffset? startedBefore)
    {
        ulong budget = smallBytes / BundleRules.SmallBytesPerMoved;
        var bundles = new List<ObjectId>();
        var pages = new List<ObjectId>();
        ulong left = budget;
        foreach (var candidate in WorstFirst())
        {
            if (candidate.Bytes > left) continue;
            left -= candidate.Bytes;
            (candidate.IsPage ? pages : bundles).Add(candidate.Id);
        }

        return new BundlePlan
        {
            Run = run,
            Started = started,
            StartedBefore = startedBefore ?? DateTimeOffset.MinValue,
            Budget = budget,
            Bundles = bundles,
            Pages = pages,
        };
    }

    private Candidate[] WorstFirst()
    {
        if (_worst is null) return [];
        var all = new Candidate[_worst.Count];
        for (int i = all.Length - 1; i >= 0; i--) all[i] = _worst.Dequeue();
        return all;
    }

    private void Keep(Candidate candidate)
    {
        _worst ??= new(Comparer<Candidate>.Create(static (a, b) =>
            a.Badness.CompareTo(b.Badness) is not 0 and var order ? order : b.Id.CompareTo(a.Id)));
        if (_worst.Count < Limits.RebundlingCandidates) _worst.Enqueue(candidate, candidate);
        else _ = _worst.EnqueueDequeue(candidate, candidate);
    }

    private readonly record struct Candidate(ObjectId Id, bool IsPage, ulong Bytes, double Badness);
}
