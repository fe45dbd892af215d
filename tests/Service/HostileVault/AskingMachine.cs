using System.Runtime.CompilerServices;
using System.Text;
using Coffer.Agent.Backups;
using Coffer.Agent.Jobs;
using Coffer.Agent.Policies;
using Coffer.Agent.Scheduling;
using Coffer.Contracts.Http;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Policies;
using Coffer.Domain.Policies;
using Coffer.FileSystem.Mounts;
using Coffer.Format.Policies;

namespace Coffer.Service.HostileVault;

/// <summary>A machine whose agent asks its vault, as the loop has it do, whenever a test wants.</summary>
internal sealed class AskingMachine : IAsyncDisposable
{
    private readonly Victim _victim;
    private readonly VaultRequests _requests;
    private readonly SkippingTime _time = new();

    /// <param name="open">Null: an honest line.</param>
    public AskingMachine(Victim victim, Func<RemoteVault>? open = null)
    {
        _victim = victim;
        _requests = new VaultRequests(
            victim.Home, _time, _ => open is null ? victim.Open() : open(), RunAsync, text => Told.Add(text));
    }

    /// <summary>Registered for one test, with some files.</summary>
    public static async Task<Victim> VictimAsync(ServiceFixture service, [CallerMemberName] string name = "")
    {
        var victim = await Victim.RegisterAsync(service, name);
        victim.Data.Write(1);
        return victim;
    }

    public List<string> Told { get; } = [];

    public List<AskedBackup> Runs { get; } = [];

    public ProtectionPolicy Policy => _victim.Home.ReadPolicy()!;

    /// <summary>Its data folder is what it backs up; the vault has the same.</summary>
    public async Task ProtectAsync()
    {
        var policy = ProtectionPolicy.Empty("UTC") with
        {
            Version = ((_victim.Home.ReadPolicy()?.Version) ?? 0) + 1,
            Items = [new PolicyItem(Encoding.UTF8.GetBytes(_victim.Data.Folder))],
        };
        await using var vault = _victim.Open();
        await vault.StorePolicyAsync(_victim.Machine.Id, policy.Version, PolicyCodec.Encode(policy), default);
        _victim.Home.WritePolicy(policy);
    }

    public Task<bool> LookAsync(TimeSpan later = default)
    {
        _time.Skip(TimeSpan.FromMinutes(20) + later); // longer than it ever pauses
        return _requests.LookAsync(_victim.Machine, TimeSpan.FromHours(1), default);
    }

    public Task<bool> LookAtOnceAsync(TimeSpan free) => _requests.LookAsync(_victim.Machine, free, default);

    public ValueTask DisposeAsync() => _requests.DisposeAsync();

    private async Task<JobState> RunAsync(
        Agent.Homes.MachineRegistration machine, AskedBackup asked, CancellationToken cancellationToken)
    {
        Runs.Add(asked);
        await using var vault = _victim.Open();
        return (await new BackupJob(
            new BackupJobRequest
            {
                Home = _victim.Home,
                Machine = machine,
                Policy = Policy,
                Vault = vault,
                Keys = _victim.Keys,
                Mounts = MountTable.Read(),
                Time = TimeProvider.System,
                RetainUntil = asked.RetainUntil,
                Sources = SourceChoice.Of(asked.Sources),
            },
            BackupRun.RunAsync).RunAsync(null, cancellationToken)).Report.State;
    }

    /// <summary>The real clock, which can be put ahead.</summary>
    private sealed class SkippingTime : TimeProvider
    {
        private TimeSpan _ahead;

        public void Skip(TimeSpan by) => _ahead += by;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => base.GetUtcNow().Ticks + _ahead.Ticks;
    }
}
