namespace Coffer.Simulation.Scenarios;

/// <param name="Before">Done on a disk that does not crash.</param>
/// <param name="Steps">Crashed everywhere.</param>
internal sealed record Scenario(string Name, IReadOnlyList<Step> Before, IReadOnlyList<Step> Steps)
{
    private static readonly TimeSpan OverAWeek = TimeSpan.FromDays(8), OverADay = TimeSpan.FromHours(25);

    private static readonly Step BackUpFirst = BackupSteps.BackUp(agent => agent.First);
    private static readonly Step BackUpSecond = BackupSteps.BackUp(agent => agent.Second);
    private static readonly Step BackUpThird = BackupSteps.BackUp(agent => agent.Third);
    private static readonly Step DeleteFirst = PointSteps.Delete(agent => agent.First);
    private static readonly Step PurgeFirst = PointSteps.Purge(agent => agent.First);

    private static readonly Step[] Registered = [VaultSteps.Create, VaultSteps.Register];
    private static readonly Step[] TwoPoints = [.. Registered, BackUpFirst, BackUpSecond];

    /// <summary>Scrub with quarantine, and recover, take their place here once there are commands for them.</summary>
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

    public static Scenario Named(string name) => All.Single(scenario => scenario.Name == name);
}
