using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Retention;
using Coffer.Format.Policies;
using Coffer.Vault.Catalogs;
using Coffer.Vault.Opening;
using Coffer.Vault.Protection;

namespace Coffer.Vault.Points;

/// <summary>
/// Gives each point its end, from the policy that the vault holds, without any key. What is written down here follows
/// from the points and the policy alone and is no record: a lost catalog loses none of it.
/// </summary>
internal sealed class PointRetention(OpenVault vault)
{
    /// <summary>Of every source of which a point or the policy has changed.</summary>
    public void Settle()
    {
        foreach (var source in vault.Catalog.Points.Unsettled()) Settle(source);
    }

    public void Settle(SourceId source)
    {
        lock (vault.PointTurn) vault.Catalog.Transaction(() => SettleNow(source));
    }

    /// <summary>What a machine asks for, and no more than its policy's longest tier would give.</summary>
    public DateTimeOffset Capped(MachineId machine, DateTimeOffset until)
    {
        if (Read(vault.Catalog.Machines.NewestPolicy(machine)) is not { } policy) return until;
        var latest = PlanOf(policy).LatestEnd(vault.Now);
        return latest < until ? latest.Value : until;
    }

    private void SettleNow(SourceId source)
    {
        var points = vault.Catalog.Points.EndingOf(source);
        if (points.Count > 0 && PolicyOf(source) is { } policy) Put(points, PlanOf(policy));
        // A source without a policy loses nothing but what a person set an end to.
        else foreach (var point in points) Put(point, EndWithoutPolicy(point.Point), "");
        vault.Catalog.Points.SetSettled(source);
    }

    private static DateTimeOffset? EndWithoutPolicy(KeptPoint point) =>
        point.ExtendedUntil > point.RetainUntil ? point.ExtendedUntil : point.RetainUntil;

    private void Put(List<EndingPoint> points, RetentionPlan plan)
    {
        var byId = points.ToDictionary(point => point.Point.Id);
        // What was given up takes no tag from a good one, and keeps those that it would have.
        foreach (var life in plan.LivesOf(points.Where(point => !point.IsGivenUp).Select(point => point.Point)))
            Put(byId[life.Point.Id], life);
        if (!points.Exists(point => point.IsGivenUp)) return;
        foreach (var life in plan.LivesOf(points.Select(point => point.Point)))
            if (byId[life.Point.Id] is { IsGivenUp: true } lost) Put(lost, life);
    }

    private void Put(EndingPoint point, PointLife life) => Put(point, life.ExpiresAt, TagsOf(life));

    private void Put(EndingPoint point, DateTimeOffset? ends, string tags)
    {
        if (point.Ends != ends || point.Tags != tags) vault.Catalog.Points.SetEnd(point.Point.Id, ends, tags);
    }

    private static string TagsOf(PointLife life) => string.Join(
        '\n', life.Tags.Select(tag => tag.Name).Distinct());

    private static RetentionPlan PlanOf(ProtectionPolicy policy) => new(policy.Retention, policy.Schedule);

    private ProtectionPolicy? PolicyOf(SourceId source)
    {
        var machine = vault.Catalog.Machines.FindSource(source)!.Machine;
        return Read(FrozenSources.Find(vault, machine, source) is { } frozen
            ? vault.Catalog.Machines.FindPolicy(machine, frozen.PolicyVersion)
            : vault.Catalog.Machines.NewestPolicy(machine));
    }

    // By a policy that cannot be read nothing ends.
    private static ProtectionPolicy? Read(StoredPolicy? stored)
    {
        if (stored is null) return null;
        try
        {
            return PolicyCodec.Decode(stored.Json, "a policy");
        }
        catch (CorruptionException)
        {
            return null;
        }
    }
}
