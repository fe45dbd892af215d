using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Vault;

namespace Coffer.Simulation.Scenarios;

/// <summary>What an agent does in a session: asks what is there, sends the rest, commits.</summary>
internal static class BackupSteps
{
    public static Step StoreCheckpoint { get; } =
        new("store the checkpoint", site => InSessionAsync(site, StoreCheckpointAsync));

    public static Step BackUp(Func<Agent, PlannedPoint> which) =>
        new("back up", site => InSessionAsync(site, (_, session) => BackUpAsync(site, session, which(site.Agent))));

    private static async Task StoreCheckpointAsync(Site site, IBackupSession session)
    {
        var checkpoint = site.Agent.Checkpoint;
        if (session.Opening.HighestSequence >= checkpoint.Sequence) return;
        if (session.Opening.Checkpoint == checkpoint.Id) return;
        await SendAsync(site, session, checkpoint);
        await site.ChangeAsync("store the checkpoint", promises => promises.Checkpoint, checkpoint.Name, () =>
            session.StoreCheckpointAsync(checkpoint.Frame, Agent.Facts(checkpoint), CancellationToken.None));
    }

    private static async Task BackUpAsync(Site site, IBackupSession session, PlannedPoint point)
    {
        if (session.Opening.HighestSequence >= point.Sequence) return;
        site.Note($"send {point.Name}", promises => promises.Resent.UnionWith(point.Graph));
        await SendAsync(site, session, point);
        await site.ChangeAsync($"commit {point.Name}", promises => promises.Of(point), Standing.Live, () =>
            site.ChangeAsync("be done with the checkpoint", promises => promises.Checkpoint, "", async () =>
            {
                var answer = await session.CommitAsync(point.Frame, Agent.Facts(point), CancellationToken.None);
                answer.Missing.ShouldBeEmpty();
            }));
        site.Note($"{point.Name} heals", promises => promises.Damaged.ExceptWith(point.Graph));
        long highest = Math.Max(site.Promises.HighestSequence, point.Sequence);
        site.Note($"highest sequence is {highest}", promises => promises.HighestSequence = highest);
    }

    private static async Task InSessionAsync(Site site, Func<Site, IBackupSession, Task> act)
    {
        await using var vault = await site.OpenAsync();
        var machine = await Site.MachineAsync(vault);
        await using var session = await vault.OpenSessionAsync(
            site.Agent.Session(machine.ShouldNotBeNull()), CancellationToken.None);
        await act(site, session);
    }

    private static async Task SendAsync(Site site, IBackupSession session, PlannedPoint point)
    {
        ObjectId[] ids = [.. point.Graph];
        var present = new bool[ids.Length];
        await session.HaveAsync(ids, present, CancellationToken.None);
        var absent = ids.Where((_, i) => !present[i]).ToHashSet();
        await site.Agent.Graph.PutAsync(session, absent.Contains);
    }
}
