using Coffer.Contracts.Points;
using Coffer.Unit.Vault.Recovering;
using Coffer.Vault;

namespace Coffer.Simulation.Scenarios;

/// <summary>What becomes of committed points.</summary>
internal static class PointSteps
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    public static Step Delete(Func<Agent, PlannedPoint> which) => new("delete", site =>
        WithAsync(site, which, (vault, point) => site.ChangeAsync(
            $"delete {point.Name}", promises => promises.Of(point), Standing.Deleted,
            () => Done(() => vault.Points.Delete(point.Id, KeptFor)))));

    public static Step Undelete(Func<Agent, PlannedPoint> which) => new("undelete", site =>
        WithAsync(site, which, (vault, point) => site.ChangeAsync(
            $"undelete {point.Name}", promises => promises.Of(point), Standing.Live,
            () => Done(() => vault.Points.Undelete(point.Id)))));

    public static Step HoldAndRelease(Func<Agent, PlannedPoint> which) => new("hold and release", site =>
        WithAsync(site, which, (vault, point) => Done(() =>
        {
            vault.Points.Hold(point.Id);
            vault.Points.Release(point.Id);
        })));

    /// <summary>With a tag in its record, as the commit of a program that has them would have written it.</summary>
    public static Step HoldAndTag(Func<Agent, PlannedPoint> which) => new("hold, tag and let expire", site =>
        WithAsync(site, which, async (vault, point) =>
        {
            vault.Points.Hold(point.Id);
            vault.Points.ExpireAt(point.Id, VirtualTime.Start + TimeSpan.FromDays(400));
            await vault.DisposeAsync();
            PointTags.Set(site.Folder, site.Agent.Keys.Keyspace, point.Id, "before the update");
        }));

    public static Step Purge(Func<Agent, PlannedPoint> which) => new("purge", site =>
    {
        site.Wait(KeptFor);
        return WithAsync(site, which, (vault, point) => site.ChangeAsync(
            $"purge {point.Name}", promises => promises.Of(point), Standing.Absent,
            () => Done(() => vault.Points.Purge(point.Id))));
    });

    // A point that is purged already is left alone.
    private static async Task WithAsync(
        Site site, Func<Agent, PlannedPoint> which, Func<EmbeddedVault, PlannedPoint, Task> act)
    {
        await using var vault = await site.OpenAsync();
        var point = which(site.Agent);
        var points = await vault.ListPointsAsync(new PointFilter(), CancellationToken.None);
        if (points.Any(listed => listed.Id == point.Id)) await act(vault, point);
    }

    private static Task Done(Action act)
    {
        act();
        return Task.CompletedTask;
    }
}
