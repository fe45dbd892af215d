using Coffer.Agent.Backups;
using Coffer.Agent.Homes;
using Coffer.Agent.Jobs;
using Coffer.Contracts.Jobs;
using Coffer.FileSystem.Mounts;
using Coffer.Turmoil.Places;

namespace Coffer.Turmoil.Working;

/// <summary>One machine: its files change, and are backed up as they are then. Some backups are called off.</summary>
internal sealed class Backups(Crew crew, int machine, Random random)
{
    private readonly AgentHome _home = crew.Site.Home(machine);
    private readonly AgentTime _time = new();

    public async Task RunAsync()
    {
        string folder = crew.Site.Source(machine);
        var tree = new SourceTree(folder, random);
        while (!crew.Stop.IsCancellationRequested)
        {
            tree.Change();
            string name = $"{machine}-{Guid.NewGuid():N}";
            Manifest.Of(folder).Save(Path.Combine(crew.Site.Manifests, name));
            while (!await TryBackUpAsync(name)) await crew.PauseAsync(random, 60);
        }
    }

    /// <returns>False where the other machine's backup was in the way.</returns>
    private async Task<bool> TryBackUpAsync(string manifest)
    {
        using var calledOff = CancellationTokenSource.CreateLinkedTokenSource(crew.Stop);
        if (random.Next(6) == 0) calledOff.CancelAfter(random.Next(1500));
        var registered = _home.ReadMachine()!;
        using var keys = _home.ReadKeys(registered.Keyspace);
        using var running = await _home.LockJobAsync("backup", TimeProvider.System, crew.Stop);
        var request = new BackupJobRequest
        {
            Home = _home,
            Machine = registered,
            Policy = _home.ReadPolicy()!,
            Vault = crew.Vault,
            Keys = keys,
            Mounts = MountTable.Read(),
            Time = _time,
        };
        var result = await new BackupJob(request, BackupRun.RunAsync).RunAsync(null, calledOff.Token);
        return Judge(result, manifest);
    }

    private bool Judge(BackupJobResult result, string manifest)
    {
        if (result.Sources is [{ Problem: { } problem }])
        {
            // The clock runs so fast that a session may be over before its backup is.
            if (problem.Code is not ("vault.busy" or "vault.session"))
                throw new TurmoilException($"backup of machine {machine}: {problem}");
            crew.Ledger.Count(problem.Code);
            return false;
        }
        if (result.Report.State == JobState.Cancelled)
        {
            crew.Ledger.Count("backups-called-off");
            return true;
        }
        if (result.Report.FindingsTotal > 0 || result.Sources is not [{ Result.Point: { } point }])
            throw new TurmoilException(
                $"backup of machine {machine}: {result.Report} {string.Join('\n', result.Report.Findings)}");
        crew.Ledger.Committed(point.Id, machine, manifest);
        crew.Ledger.Count("backups");
        return true;
    }
}
