using System.Security.Cryptography;
using Coffer.Agent.Homes;
using Coffer.Agent.Registration;
using Coffer.Contracts.Http;
using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Sealing.Envelopes;
using Coffer.Sealing.Keys;
using Coffer.Service.HostileVault.Lying;

namespace Coffer.Service.HostileVault.Sweeping;

/// <summary>
/// Registering with a lying vault: the keys stay as they were made, and the same registration given again to the honest
/// vault goes through.
/// </summary>
internal sealed class RegisterSweep(ServiceFixture service) : Sweep
{
    private string _folder = "";
    private AgentHome _home = new("/");
    private MachineRegistration? _machine;

    // Begun already: what a passphrase costs is not paid for each lie.
    protected override Task PrepareAsync()
    {
        if (_folder.Length > 0) Directory.Delete(_folder, recursive: true);
        _folder = Path.Combine(service.Root, $"registers-{Guid.NewGuid():n}");
        (_home, _machine) = (new AgentHome(_folder), null);
        using var keys = KeyspaceKeys.New();
        using var machineKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] envelope = EnvelopeSealer.Create(keys, Victim.Passphrase, 1, Argon2Parameters.Default).Bytes.ToArray();
        _home.WriteKeys(keys, machineKey);
        _home.WritePending(new PendingRegistration(service.Address.Vault, keys.Keyspace, envelope));
        return Task.CompletedTask;
    }

    protected override async Task ActAsync(LyingHandler between, JumpingTime time)
    {
        await using var vault = Open(between.Over, time);
        _machine = await RegisterAsync(vault);
    }

    protected override async Task CheckAsync(Exception? ended)
    {
        var pending = _home.ReadPending();
        (_home.ReadMachine() is null).ShouldBe(_machine is null);
        if (_machine is not null)
        {
            _machine.Name.ShouldBe("host");
            _machine.Vault.ShouldBe(service.Address.Vault);
            _home.ReadKeys(_machine.Keyspace).Dispose();
            return;
        }
        await using var vault = Open(network => network, TimeProvider.System);
        (await RegisterAsync(vault)).Keyspace.ShouldBe(pending!.Keyspace);
    }

    private Task<MachineRegistration> RegisterAsync(RemoteVault vault) => new Registrar(
        _home, vault, TimeProvider.System).RegisterAsync(
            "host", Victim.Passphrase, VaultPlace.Of(service.Address), default);

    private RemoteVault Open(Func<HttpMessageHandler, HttpMessageHandler> between, TimeProvider time) => new(
        new RemoteVaultOptions
        {
            Service = service.Address,
            RegistrationSecret = service.Host.Vaults[0].MakeCredentials().Secret,
            Time = time,
            Between = between,
        });
}
