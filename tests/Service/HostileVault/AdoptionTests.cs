using System.Text;
using Coffer.Agent.Backups;
using Coffer.Agent.Homes;
using Coffer.Agent.Jobs;
using Coffer.Agent.Policies;
using Coffer.Format.Policies;
using Coffer.Agent.Registration;
using Coffer.Contracts.Jobs;
using Coffer.Domain.Policies;
using Coffer.FileSystem.Mounts;
using Coffer.Vault;

namespace Coffer.Service.HostileVault;

/// <summary>Going on as another server from a vault whose keeper has edited what he could.</summary>
public sealed class AdoptionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("coffer-adopts-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Adopt_WithAPolicyThatTheVaultEdited_TakesTheOneThatIsSealedInThePoint()
    {
        string place = Path.Combine(_folder, "vault");
        EmbeddedVault.Create(place, "test", TimeProvider.System);
        await using var vault = await EmbeddedVault.OpenAsync(
            place,
            new VaultOpenOptions
            {
                Time = TimeProvider.System,
                Clock = new MachineClock("boot", () => TimeSpan.FromHours(1)),
            },
            default);
        var first = new AgentHome(Path.Combine(_folder, "first"));
        var machine = await new Registrar(first, vault, TimeProvider.System).RegisterAsync(
            "host", Victim.Passphrase, VaultPlace.Of(place), default);
        var tree = new VictimTree(Path.Combine(_folder, "data"));
        tree.Write(1);
        var policy = ProtectionPolicy.Empty("UTC") with
        {
            Version = 1,
            Items = [new PolicyItem(Encoding.UTF8.GetBytes(tree.Folder))],
        };
        (await BackUpAsync(first, machine, policy, vault)).ShouldBe(JobState.Completed);
        var edited = policy with { Items = [.. policy.Items, new PolicyItem("/root"u8.ToArray())] };
        await vault.StorePolicyAsync(machine.Id, 1, PolicyCodec.Encode(edited), default);

        var second = new AgentHome(Path.Combine(_folder, "second"));
        var server = (await vault.ListServersAsync(default)).Single();
        await new Registrar(second, vault, TimeProvider.System).AdoptAsync(
            server, "new host", Victim.Passphrase, VaultPlace.Of(place), default);
        second.ReadPolicy()!.Items.Select(item => Encoding.UTF8.GetString(item.Path)).ShouldBe([tree.Folder]);
    }

    private static async Task<JobState> BackUpAsync(
        AgentHome home, MachineRegistration machine, ProtectionPolicy policy, EmbeddedVault vault)
    {
        using var keys = home.ReadKeys(machine.Keyspace);
        var job = new BackupJob(
            new BackupJobRequest
            {
                Home = home,
                Machine = machine,
                Policy = policy,
                Vault = vault,
                Keys = keys,
                Mounts = MountTable.Read(),
                Time = TimeProvider.System,
            },
            BackupRun.RunAsync);
        return (await job.RunAsync(null, default)).Report.State;
    }
}
