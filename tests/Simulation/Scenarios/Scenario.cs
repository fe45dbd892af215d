using Coffer.Domain;
using Coffer.Simulation.Damage;

namespace Coffer.Simulation.Scenarios;

/// <param name="Before">Done on a disk that does not crash.</param>
/// <param name="Steps">Crashed everywhere.</param>
/// <param name="Then">Done after a restart, at the end; not crashed.</param>
internal sealed record Scenario(
    string Name, IReadOnlyList<Step> Before, IReadOnlyList<Step> Steps,
    params IReadOnlyList<Step> Then)
{
    private static readonly TimeSpan OverAWeek = TimeSpan.FromDays(8), OverADay = TimeSpan.FromHours(25);

    private static readonly Step BackUpFirst = BackupSteps.BackUp(agent => agent.First);
    private static readonly Step BackUpSecond = BackupSteps.BackUp(agent => agent.Second);
    private static readonly Step BackUpThird = BackupSteps.BackUp(agent => agent.Third);
    private static readonly Step BackUpFourth = BackupSteps.BackUp(agent => agent.Fourth);
    private static readonly Step DeleteFirst = PointSteps.Delete(agent => agent.First);
    private static readonly Step PurgeFirst = PointSteps.Purge(agent => agent.First);

    private static readonly Step[] Registered = [VaultSteps.Create, VaultSteps.Register];
    private static readonly Step[] TwoPoints = [.. Registered, BackUpFirst, BackUpSecond];

    // One purged, one deleted, one held with a tag and an expiry.
    private static readonly Step[] AllStates =
    [
        .. TwoPoints, BackUpThird, DeleteFirst, PurgeFirst, PointSteps.Delete(agent => agent.Second),
        PointSteps.HoldAndTag(agent => agent.Third),
    ];

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("first backup", [], [.. Registered, BackUpFirst]),
        new("incremental", [.. Registered, BackUpFirst], [BackUpSecond]),
        new("checkpoint and resume", TwoPoints, [BackupSteps.StoreCheckpoint, BackUpThird]),
        new("passphrase change", TwoPoints, [VaultSteps.ChangePassphrase, BackUpThird]),
        new("point states", TwoPoints, [
            DeleteFirst, PointSteps.Undelete(agent => agent.First), PointSteps.HoldAndRelease(agent => agent.First),
            DeleteFirst, VaultSteps.Wait(OverADay), PurgeFirst]),
        new("collection", [.. TwoPoints, DeleteFirst, PurgeFirst, VaultSteps.Wait(OverAWeek)], [
            VaultSteps.Collect, VaultSteps.Wait(OverADay), VaultSteps.Collect]),
        new("collection in slices", [.. TwoPoints, DeleteFirst, PurgeFirst, VaultSteps.Wait(OverAWeek)], [
            VaultSteps.CollectInSlices, VaultSteps.Wait(OverADay), BackUpThird, VaultSteps.CollectInSlices]),
        new("collection around a backup", [.. TwoPoints, DeleteFirst, PurgeFirst, VaultSteps.Wait(OverAWeek)], [
            VaultSteps.Collect, BackUpThird, VaultSteps.Wait(OverADay), VaultSteps.Collect,
            VaultSteps.Wait(OverAWeek), VaultSteps.Collect, VaultSteps.Wait(OverADay), VaultSteps.Collect]),
        new("scrub of hurt frames", [.. TwoPoints, DamageSteps.FlipFrames(SomeFrames)], [
            CareSteps.Scrub, BackUpThird], BackUpFourth),
        new("scrub of hurt tables", [.. TwoPoints, DamageSteps.FlipTables(OneOfEachPack)], [CareSteps.Scrub],
            BackUpThird),
        new("recover of a lost catalog", [
            .. AllStates, DamageSteps.RememberFacts, DamageSteps.Lose(DamageSteps.Catalog)], [CareSteps.Recover],
            BackUpFourth),
        new("recover of a lost index", [
            .. AllStates, DamageSteps.RememberFacts, DamageSteps.Lose(DamageSteps.Index)], [CareSteps.Recover],
            BackUpFourth),
        new("recover of an old catalog", [
            .. TwoPoints, DamageSteps.BringBack(
                DamageSteps.Catalog, [.. AllStates[TwoPoints.Length..], DamageSteps.RememberFacts])], [
            CareSteps.Recover], BackUpFourth),
        new("recover of an old index", [
            .. TwoPoints, DamageSteps.BringBack(
                DamageSteps.Index, [.. AllStates[TwoPoints.Length..], DamageSteps.RememberFacts])], [
            CareSteps.Recover], BackUpFourth),
    ];

    /// <summary>Time enough that all that may go has gone.</summary>
    public static IReadOnlyList<Step> Afterwards { get; } =
    [
        VaultSteps.Wait(OverAWeek), VaultSteps.Collect, VaultSteps.Wait(OverADay), VaultSteps.Collect,
        VaultSteps.Wait(OverADay), VaultSteps.Collect,
    ];

    /// <summary>Does the steps from the one that the site is at.</summary>
    public async Task RunAsync(Site site)
    {
        for (int number = site.Promises.Step; number < Steps.Count; number++)
        {
            int step = number;
            site.Note($"step {step}: {Steps[step]}", promises => promises.Step = step);
            await Steps[step].RunAsync(site);
        }
        site.Note("the end", promises => promises.Step = Steps.Count);
    }

    // A page that the next point has too, a chunk that the one after it has, and one that no later backup sends again.
    private static ObjectId[] SomeFrames(Agent agent) =>
        [agent.First.Graph[4], agent.Second.Graph[5], agent.First.Graph[5]];

    private static ObjectId[] OneOfEachPack(Agent agent) => [agent.First.Graph[0], agent.First.Graph[4]];

    public static Scenario Named(string name) => All.Single(scenario => scenario.Name == name);
}
