using System.Text;
using Coffer.Agent.Backups;
using Coffer.Agent.Homes;
using Coffer.Agent.Jobs;
using Coffer.Contracts.Jobs;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem.Mounts;
using Coffer.Sealing.Keys;
using Coffer.Unit.Agent.Doubles;

namespace Coffer.Unit.Agent.Jobs;

public sealed class BackupJobTests : IDisposable
{
    private readonly MemoryVault _vault = new();
    private readonly KeyspaceKeys _keys = KeyspaceKeys.New();
    private readonly string _folder = Directory.CreateTempSubdirectory("coffer-job-").FullName;

    public void Dispose()
    {
        _keys.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Run_CancelledBeforeTheFirstSource_IsNoCompletedBackup()
    {
        using var cancelled = new CancellationTokenSource();
        // Cancelled once it has begun: when the vault is told of the job.
        _vault.Told = cancelled.Cancel;
        string data = Directory.CreateDirectory(Path.Combine(_folder, "data")).FullName;
        var home = new AgentHome(Path.Combine(_folder, "home"));
        home.Prepare();
        var request = new BackupJobRequest
        {
            Home = home,
            Machine = new MachineRegistration(
                MachineId.New(), "host", _keys.Keyspace, VaultId.New(), VaultPlace.Of(Path.Combine(_folder, "vault"))),
            Policy = ProtectionPolicy.Empty("UTC") with { Items = [new PolicyItem(Encoding.UTF8.GetBytes(data))] },
            Vault = _vault,
            Keys = _keys,
            Mounts = MountTable.Read(),
            Time = TimeProvider.System,
        };
        var job = new BackupJob(request, (_, _, _) => throw new InvalidOperationException("nothing is backed up"));
        var result = await job.RunAsync(null, cancelled.Token);
        result.Report.State.ShouldBe(JobState.Cancelled);
        result.Sources.ShouldBeEmpty();
    }
}
