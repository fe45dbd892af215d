using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Storage;
using Coffer.Vault.Opening;
using Coffer.Vault.Points;

namespace Coffer.Vault.Checking;

/// <summary>
/// Whether the graph of every point stands, without any key: its object is there and is its own, and so is every page
/// and chunk that it needs. It trusts no mark of the index that says so; it reads no bodies, which is the scrub's part.
/// </summary>
internal sealed class VaultCheck(OpenVault vault, IProgress<CheckProgress>? progress, Func<bool> mayGoOn)
{
    /// <summary>Points to be looked at; null for all.</summary>
    public IReadOnlySet<ObjectId>? Only { get; init; }

    private readonly List<HurtPoint> _hurt = [];
    private readonly HashSet<ObjectId> _absent = [];
    private long _points, _total, _pagesBefore, _nodesBefore;

    public CheckReport Run()
    {
        var byKeyspace = vault.Catalog.Points.List(new PointFilter())
            .Where(point => Only?.Contains(point.Id) != false).GroupBy(point => point.Keyspace).ToList();
        _total = byKeyspace.Sum(points => (long)points.Count());
        bool isDone = true;
        foreach (var points in byKeyspace)
        {
            using var presence = new PresenceReader(vault.Keyspace(points.Key).Path);
            var walk = new GraphWalk(presence.KindOf, presence.ReferencesOf);
            isDone = RunKeyspace(walk, [.. points]);
            _pagesBefore += walk.Pages;
            _nodesBefore += walk.Nodes;
            if (!isDone) break;
        }
        return new CheckReport(isDone, _points, _pagesBefore, _absent, _hurt);
    }

    private bool RunKeyspace(GraphWalk walk, List<PointDescription> points)
    {
        foreach (var point in points)
        {
            byte[] references = ReferencesOf(point, out string reason);
            if (walk.IsWhole(references, () => GoesOn(walk)) is not { } isWhole) return false;
            _points++;
            if (isWhole && reason.Length == 0) continue;
            // Purged since it was listed: what it needed may go, and hurts nobody.
            if (vault.Catalog.Points.Find(point.Id) is null) continue;
            var absent = walk.AbsentBelow(references);
            _absent.UnionWith(absent);
            if (absent.Count == 0 && reason.Length == 0) reason = "its pages refer in circles";
            _hurt.Add(new HurtPoint(
                point.Keyspace, point.Id, point.SourceLabel, point.Sequence, point.ReceivedAt, reason, absent.Count,
                [.. absent.Take(Limits.LostIdsTold)])
            {
                IsGivenUp = point.IsGivenUp,
            });
        }
        return true;
    }

    private bool GoesOn(GraphWalk walk)
    {
        progress?.Report(new CheckProgress(
            _points, _total, _pagesBefore + walk.Pages, _nodesBefore + walk.Nodes));
        return mayGoOn();
    }

    // Where its object is lost, the index may still know what it referred to.
    private byte[] ReferencesOf(PointDescription point, out string reason)
    {
        byte[]? root = vault.Keyspace(point.Keyspace).Roots.ReferencesOf(point.Id);
        byte[]? own = PointObjects.ReferencesOf(vault.Store, point.Keyspace, point.Id, out reason);
        if (own is null) return root ?? [];
        if (root is null) reason = "the index does not keep it: run `coffer vault recover`";
        else if (!root.AsSpan().SequenceEqual(own)) reason = "the index keeps something else for it";
        return own;
    }
}
