using Coffer.Agent.Homes;
using Coffer.Agent.Registration;
using Coffer.Contracts.Http;
using Coffer.Domain;
using Coffer.Service.HostileVault.Lying;

namespace Coffer.Service.HostileVault.Sweeping;

/// <summary>
/// Joining a shared keyspace through a lying vault, once somebody has approved it: the machine is a new one of just
/// that keyspace, or none yet, and the same given again to the honest vault goes through.
/// </summary>
internal sealed class JoinSweep(ServiceFixture service, Victim member) : Sweep
{
    private readonly byte[] _secret = service.Host.Vaults[0].MakeCredentials().Secret;
    private string _folder = "";
    private AgentHome _home = new("/");
    private MachineRegistration? _machine;

    protected override async Task PrepareAsync()
    {
        if (_folder.Length > 0) Directory.Delete(_folder, recursive: true);
        _folder = Path.Combine(service.Root, $"joins-{Guid.NewGuid():n}");
        (_home, _machine) = (new AgentHome(_folder), null);
        (await Should.ThrowAsync<FaultException>(() => JoinAsync(Options())))
            .Fault.Code.ShouldBe("join.pending");
        var servers = service.Host.Vaults[0].ManageAtConsole().Servers;
        servers.DecideJoin(servers.ListJoins().Items.Single().Key, isApproved: true);
    }

    protected override async Task ActAsync(LyingHandler between, JumpingTime time) =>
        _machine = await JoinAsync(Options() with { Time = time, Between = between.Over });

    protected override async Task CheckAsync(Exception? ended)
    {
        (_home.ReadMachine() is null).ShouldBe(_machine is null);
        _machine ??= await JoinAsync(Options());
        _machine.Keyspace.ShouldBe(member.Machine.Keyspace);
        _machine.Id.ShouldNotBe(member.Machine.Id);
        using var keys = _home.ReadKeys(_machine.Keyspace);
        keys.DataKey.SequenceEqual(member.Keys.DataKey).ShouldBeTrue();
    }

    private async Task<MachineRegistration> JoinAsync(RemoteVaultOptions options)
    {
        using var grant = await GrantOpening.OpenAsync(
            options, _secret, member.Machine.Id.ToString(), Victim.Passphrase, TimeSpan.FromMinutes(30), default);
        await using var reading = grant.Vault;
        using var keys = grant.Keys;
        await using var asking = new RemoteVault(options with { RegistrationSecret = _secret });
        var join = new ServedRequest(_home, asking, grant);
        join.Begin(RequestKind.Join, service.Address.Vault);
        return await join.JoinAsync("joins", VaultPlace.Of(service.Address), default);
    }

    private RemoteVaultOptions Options() => new() { Time = TimeProvider.System, Service = service.Address };
}
