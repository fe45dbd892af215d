using System.Text;
using Coffer.Agent.Backups;
using Coffer.Agent.Homes;
using Coffer.Agent.Jobs;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem.Mounts;
using Coffer.Sealing.Keys;
using Coffer.Unit.Agent.Doubles;
using Coffer.Unit.FileSystem;

namespace Coffer.Unit.Agent.Jobs;

/// <summary>A machine with a folder to back up, and whole jobs into a vault in memory.</summary>
internal sealed class JobScene : IDisposable
{
    private readonly KeyspaceKeys _keys = KeyspaceKeys.New();
    private readonly CancellationTokenSource _cancellation = new();
    private readonly MachineId _machine = MachineId.New();

    public JobScene()
    {
        Folder.AddFolder("data");
        Data = Folder.At("data");
        Home = new AgentHome(Folder.At("home"));
        Home.Prepare();
    }

    public TempFolder Folder { get; } = new();

    public MemoryVault Vault { get; } = new();

    public AgentHome Home { get; }

    public string Data { get; set; }

    public ProtectionPolicy Policy => ProtectionPolicy.Empty("UTC") with
    {
        Items = [new PolicyItem(Encoding.UTF8.GetBytes(Data))],
    };

    /// <summary>The phases that were shown, each once for each time it was come to.</summary>
    public List<string> Phases { get; } = [];

    /// <summary>Happens when a phase begins.</summary>
    public Action<BackupPhase> InPhase { get; set; } = _ => { };

    public Task CancelAsync() => _cancellation.CancelAsync();

    public Task<BackupJobResult> RunAsync(
        Func<BackupJobRequest, BackupJobRequest>? change = null, BackupSourceAsync? backUp = null)
    {
        var request = new BackupJobRequest
        {
            Home = Home,
            Machine = new MachineRegistration(
                _machine, "host", _keys.Keyspace, VaultId.New(), VaultPlace.Of(Folder.At("vault"))),
            Policy = Policy,
            Vault = Vault,
            Keys = _keys,
            Mounts = MountTable.Read(),
            Time = TimeProvider.System,
        };
        return new BackupJob(change?.Invoke(request) ?? request, backUp ?? BackupRun.RunAsync)
            .RunAsync(new Watcher(this), _cancellation.Token);
    }

    public void Dispose()
    {
        _keys.Dispose();
        _cancellation.Dispose();
        Folder.Dispose();
    }

    private sealed class Watcher(JobScene scene) : IProgress<SourceProgress>
    {
        public void Report(SourceProgress value)
        {
            string phase = value.Run.Phase.ToString();
            if (scene.Phases.Count > 0 && scene.Phases[^1] == phase) return;
            scene.Phases.Add(phase);
            scene.InPhase(value.Run.Phase);
        }
    }
}
