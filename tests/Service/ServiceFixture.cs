using System.Net;
using System.Security.Cryptography;
using Coffer.Contracts.Http;
using Coffer.Contracts.Http.Throttling;
using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.FileSystem.Spooling;
using Coffer.Format.Envelopes;
using Coffer.Sealing.Envelopes;
using Coffer.Sealing.Keys;
using Coffer.Server.Hosting;

namespace Coffer.Service;

/// <summary>A service on loopback with an empty vault, and machines that register with it.</summary>
public sealed class ServiceFixture : IAsyncLifetime
{
    private readonly List<ServedMachine> _machines = [];

    public string Root { get; } = Directory.CreateTempSubdirectory("coffer-service-").FullName;

    internal ServiceHost Host { get; private set; } = null!;

    internal string Data => Path.Combine(Root, "data");

    internal ServiceAddress Address => new(
        new Uri($"https://127.0.0.1:{Host.Identity.Address.Port}/"), Host.Identity.Pin, Host.Vaults[0].Id, "default");

    public async ValueTask InitializeAsync() => Host = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var machine in _machines) await machine.DisposeAsync();
        await Host.DisposeAsync();
        Directory.Delete(Root, recursive: true);
    }

    /// <summary>Ends the service and starts it again, at the same port.</summary>
    /// <param name="meanwhile">Happens while nobody has the vault's folder.</param>
    internal async Task RestartAsync(Action? meanwhile = null)
    {
        int port = Host.Identity.Address.Port;
        await Host.DisposeAsync();
        meanwhile?.Invoke();
        Host = await StartAsync(port);
    }

    /// <param name="sharing">Lets others join its keyspace; null: it stays its own.</param>
    internal async Task<ServedMachine> RegisterAsync(string name, SharingTerms? sharing = null)
    {
        var machine = new ServedMachine(name, Path.Combine(Root, name));
        await machine.RegisterAsync(Address, Host.Vaults[0].MakeCredentials().Secret, sharing);
        _machines.Add(machine);
        return machine;
    }

    /// <summary>Another machine of a keyspace that is shared; the console lets it in.</summary>
    internal async Task<ServedMachine> JoinAsync(string name, ServedMachine member)
    {
        var vault = Host.Vaults[0];
        var keys = EnvelopeSealer.Open(
            Envelope.Decode((await member.Vault.ReadEnvelopesAsync(member.Keys.Keyspace, default))[0], "envelope"),
            ServedMachine.Passphrase);
        var machine = new ServedMachine(name, Path.Combine(Root, name), keys);
        await machine.JoinAsync(Address, vault.MakeCredentials().Secret, member.Id, () =>
            vault.ManageAtConsole().Servers.DecideJoin(
                vault.ManageAtConsole().Servers.ListJoins().Items.Single().Key, isApproved: true));
        _machines.Add(machine);
        return machine;
    }

    private Task<ServiceHost> StartAsync(int port = 0) => ServiceHost.StartAsync(
        new ServiceOptions(Data, new IPEndPoint(IPAddress.Loopback, port)) { Time = TimeProvider.System },
        default);
}

/// <summary>A machine with keys of its own, and the vault as it sees it.</summary>
/// <param name="keys">Null: a keyspace of its own.</param>
internal sealed class ServedMachine(string name, string spool, KeyspaceKeys? keys = null) : IAsyncDisposable
{
    public const string Passphrase = "a passphrase of the tests";

    private ECDsa _machineKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly SpoolFolder _spool = new(spool);
    private RemoteVault? _vault;

    public KeyspaceKeys Keys { get; } = keys ?? KeyspaceKeys.New();

    public SourceId Source { get; } = SourceId.New();

    public MachineId Id { get; private set; }

    public RemoteVault Vault => _vault!;

    public RegistrationRequest Request() => new(
        name, _machineKey.ExportSubjectPublicKeyInfo(), Keys.Keyspace, Keys.AccessKey.ExportSubjectPublicKeyInfo(),
        EnvelopeSealer.Create(Keys, Passphrase, 1, Argon2Parameters.Default).Bytes.ToArray());

    public async Task RegisterAsync(ServiceAddress address, byte[] secret, SharingTerms? sharing = null)
    {
        await using var vault = new RemoteVault(
            new RemoteVaultOptions { Time = TimeProvider.System, Service = address, RegistrationSecret = secret });
        Id = (await vault.RegisterAsync(Request() with { Sharing = sharing }, default)).Id;
        _vault = Open(address);
    }

    /// <summary>Joins the keyspace that it was given the keys of.</summary>
    /// <param name="admit">What an administrator does in between.</param>
    public async Task JoinAsync(ServiceAddress address, byte[] secret, MachineId member, Action admit)
    {
        byte[] publicKey = _machineKey.ExportSubjectPublicKeyInfo();
        await using var vault = new RemoteVault(
            new RemoteVaultOptions { Time = TimeProvider.System, Service = address, RegistrationSecret = secret });
        byte[] proof = await ProveAsync(
            vault, member, JoinProof.Message(address.Vault, Keys.Keyspace, publicKey));
        var request = new JoinRequest(member, name, publicKey, proof);
        (await Should.ThrowAsync<FaultException>(() => vault.JoinAsync(request, default)))
            .Fault.Code.ShouldBe("join.pending");
        admit();
        Id = (await vault.JoinAsync(request, default)).Id;
        _vault = Open(address);
    }

    /// <summary>Goes on under a new key, as a machine does that was installed anew: by the passphrase.</summary>
    /// <param name="approve">What an administrator does in between.</param>
    public async Task AdoptItselfAsync(ServiceAddress address, byte[] secret, Action approve)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] publicKey = key.ExportSubjectPublicKeyInfo();
        await using var vault = new RemoteVault(
            new RemoteVaultOptions { Time = TimeProvider.System, Service = address, RegistrationSecret = secret });
        var request = new AdoptionRequest(Id, name, publicKey, await ProveAsync(
            vault, Id, AdoptionProof.Message(address.Vault, Id, publicKey)));
        (await Should.ThrowAsync<FaultException>(() => vault.AdoptAsync(request, default)))
            .Fault.Code.ShouldBe("adoption.pending");
        approve();
        (await vault.AdoptAsync(request, default)).Id.ShouldBe(Id);
        await _vault!.DisposeAsync();
        _machineKey.Dispose();
        _machineKey = key;
        _vault = Open(address);
    }

    private static async Task<byte[]> ProveAsync(RemoteVault vault, MachineId server, byte[] message)
    {
        var salt = await vault.ReadLockAsync(server.ToString(), default);
        using var secrets = EnvelopeSecrets.FromPassphrase(
            Passphrase, salt.Salt, Argon2Parameters.Create(salt.MemoryKib, salt.Passes));
        return secrets.AuthenticationKey.SignData(
            message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    public RemoteVault Open(
        ServiceAddress address, TimeProvider? time = null, Action<ServiceAddress>? followed = null,
        LineThrottle? throttle = null) =>
        new(new RemoteVaultOptions
        {
            Service = address,
            Identity = new MachineIdentity(Id, Sign),
            Spool = _spool.Create,
            Time = time ?? TimeProvider.System,
            Followed = followed,
            Throttle = throttle,
        });

    public byte[] Sign(byte[] message) => _machineKey.SignData(
        message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    public async ValueTask DisposeAsync()
    {
        if (_vault is not null) await _vault.DisposeAsync();
        Keys.Dispose();
        _machineKey.Dispose();
    }
}
