using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Vault.Collecting;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Opening;
using Coffer.Vault.Points;

namespace Coffer.Vault.Checking;

/// <summary>
/// Points that have lost something for good. While the index knows nothing of a page that a point needs, nothing may be
/// deleted: what lies below it cannot be told. Only somebody who names that point can say to go on without it.
/// </summary>
internal sealed class GivingUp(OpenVault vault)
{
    /// <summary>All of them or none; those that were given up before stay so.</summary>
    /// <exception cref="FaultException"><c>vault.point</c>, <c>point.sound</c>.</exception>
    public IReadOnlyList<HurtPoint> Run(IReadOnlyCollection<ObjectId> points)
    {
        vault.RequireWriter();
        foreach (var point in points)
            if (vault.Catalog.Points.Find(point) is null) throw VaultFaults.NoPoint(point);
        var check = new VaultCheck(vault, null, () => true) { Only = points.ToHashSet() }.Run();
        RequireHurt(check, points);
        foreach (var hurt in check.Hurt)
        {
            new PointShelf(vault).GiveUp(hurt.Point);
            vault.Keyspace(vault.Catalog.Points.Find(hurt.Point)!.Keyspace).Collections.PointGone();
        }
        return check.Hurt;
    }

    public static void RequireHurt(CheckReport check, IEnumerable<ObjectId> points)
    {
        foreach (var point in points)
            if (check.Hurt.All(hurt => hurt.Point != point)) throw VaultFaults.Sound(point);
    }

    /// <summary>Points whose losses came back are as any other again.</summary>
    public void TakeBackWhole(KeyspaceId keyspace)
    {
        var points = vault.Catalog.Points.List(new PointFilter(Keyspace: keyspace))
            .Where(point => point.IsGivenUp).Select(point => point.Id).ToHashSet();
        if (points.Count == 0) return;
        var hurt = new VaultCheck(vault, null, () => true) { Only = points }.Run().Hurt.Select(point => point.Point);
        points.ExceptWith(hurt);
        foreach (var point in points) new PointShelf(vault).TakeBack(point);
    }

    /// <summary>Points, not given up, that need something of which the index knows nothing.</summary>
    public static IReadOnlyList<ObjectId> Stopping(OpenVault vault, KeyspaceFile keyspace, GraphReader graph)
    {
        var walk = new GraphWalk(graph.KindOf, page => graph.ReferencesOf(page) ?? []);
        var stopping = new List<ObjectId>();
        foreach (var point in vault.Catalog.Points.List(new PointFilter(Keyspace: keyspace.Keyspace)))
        {
            byte[] references = keyspace.Roots.ReferencesOf(point.Id) ?? [];
            if (!point.IsGivenUp && walk.IsWhole(references, () => true) == false) stopping.Add(point.Id);
        }
        return stopping;
    }
}
