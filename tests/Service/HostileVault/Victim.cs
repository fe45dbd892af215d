using System.Security.Cryptography;
using System.Text;
using Coffer.Agent.Backups;
using Coffer.Agent.Browsing;
using Coffer.Agent.Homes;
using Coffer.Agent.Jobs;
using Coffer.Agent.Registration;
using Coffer.Agent.Restores;
using Coffer.Agent.Verifying;
using Coffer.Contracts;
using Coffer.Contracts.Http;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Points;
using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem.Mounts;
using Coffer.Sealing.Keys;
using Coffer.Service.HostileVault.Lying;

namespace Coffer.Service.HostileVault;

/// <summary>A machine with a home and a tree of its own, as the commands would run it.</summary>
internal sealed class Victim : IDisposable
{
    public const string Passphrase = "a passphrase of the tests";

    private readonly ServiceFixture _service;
    private int _fresh;

    private Victim(ServiceFixture service, string folder)
    {
        (_service, Folder) = (service, folder);
        Home = new AgentHome(Path.Combine(folder, "home"));
        Data = new VictimTree(Path.Combine(folder, "data"));
    }

    public string Folder { get; }

    public AgentHome Home { get; }

    public VictimTree Data { get; }

    public MachineRegistration Machine { get; private set; } = null!;

    public KeyspaceKeys Keys { get; private set; } = null!;

    /// <summary>The last list of points showed less than this machine remembers; every command tells so.</summary>
    public bool IsOlder { get; private set; }

    public PointFilter Points => new(Machine.Id);

    public static async Task<Victim> RegisterAsync(ServiceFixture service, string name, SharingTerms? sharing = null)
    {
        var victim = new Victim(service, Path.Combine(service.Root, name));
        await using var vault = new RemoteVault(new RemoteVaultOptions
        {
            Time = TimeProvider.System,
            Service = service.Address,
            RegistrationSecret = service.Host.Vaults[0].MakeCredentials().Secret,
        });
        victim.Machine = await new Registrar(victim.Home, vault, TimeProvider.System).RegisterAsync(
            name, Passphrase, VaultPlace.Of(service.Address), default, sharing);
        victim.Keys = victim.Home.ReadKeys(victim.Machine.Keyspace);
        return victim;
    }

    /// <summary>
    /// The same machine with an empty home and other files: nothing that was known of it is known here.
    /// </summary>
    public Victim Fresh()
    {
        int number = ++_fresh;
        var fresh = new Victim(_service, Path.Combine(Folder, $"fresh-{number}")) { Machine = Machine };
        using var machineKey = Home.ReadMachineKey();
        fresh.Home.WriteKeys(Keys, machineKey);
        fresh.Home.WriteMachine(Machine);
        fresh.Keys = fresh.Home.ReadKeys(Machine.Keyspace);
        fresh.Data.Write(number);
        return fresh;
    }

    public RemoteVault Open(LyingHandler? between = null, TimeProvider? time = null) =>
        OpenOver(network => between?.Over(network) ?? network, time);

    /// <param name="line">Stands between the machine and the network.</param>
    public RemoteVault OpenOver(
        Func<HttpMessageHandler, HttpMessageHandler> line, TimeProvider? time = null) => new(new RemoteVaultOptions
        {
            Service = _service.Address,
            Identity = new MachineIdentity(Machine.Id, Sign),
            Keyspace = Machine.Keyspace,
            IsOwnEnvelope = bytes => EnvelopeCheck.IsOwn(bytes, Keys),
            Spool = Home.OpenSpool().Create,
            Patience = TimeSpan.FromMinutes(30),
            Time = time ?? TimeProvider.System,
            Between = line,
        });

    public async Task<JobState> BackUpAsync(LyingHandler between, JumpingTime time)
    {
        await using var vault = Open(between, time);
        return (await BackUpAsync(vault)).Report.State;
    }

    public Task<BackupJobResult> BackUpAsync(
        IVault vault, CancellationToken cancellationToken = default) => new BackupJob(
        new BackupJobRequest
        {
            Home = Home,
            Machine = Machine,
            Policy = ProtectionPolicy.Empty("UTC") with
            {
                Items = [new PolicyItem(Encoding.UTF8.GetBytes(Data.Folder))],
            },
            Vault = vault,
            Keys = Keys,
            Mounts = MountTable.Read(),
            Time = TimeProvider.System,
        },
        BackupRun.RunAsync).RunAsync(null, cancellationToken);

    /// <summary>The newest points, all of them opened and held against what the vault says of them.</summary>
    public async Task<PointTree> TreeAsync(IVault vault, PageReader pages)
    {
        var all = await vault.ListPointsAsync(Points, default);
        IsOlder = LastPoints.Missed(Home.ReadLastPoints(), all, TimeProvider.System.GetUtcNow()).Count > 0;
        var browsers = new List<PointBrowser>();
        var own = Home.ReadSources().Select(source => source.Id).ToHashSet();
        foreach (var point in PointChooser.Latest(all.Where(point => own.Contains(point.Source))))
            browsers.Add(await PointBrowser.OpenAsync(pages, point, default));
        return new PointTree(browsers);
    }

    public async Task<RestoreResult> RestoreAsync(IVault vault, string target)
    {
        await using var reader = await vault.OpenReaderAsync(Keys.Keyspace, default);
        using var pages = new PageReader(reader, Keys);
        var request = new RestoreRequest
        {
            Points = await TreeAsync(vault, pages),
            Paths = [Encoding.UTF8.GetBytes(Data.Folder)],
            TargetFolder = Encoding.UTF8.GetBytes(target),
        };
        return await new RestoreRun(request, TimeProvider.System).RunAsync(null, default);
    }

    public async Task<VerifyResult> VerifyAsync(IVault vault)
    {
        var points = await vault.ListPointsAsync(Points, default);
        await using var reader = await vault.OpenReaderAsync(Keys.Keyspace, default);
        using var pages = new PageReader(reader, Keys);
        var ids = points.Select(point => point.Id).ToList();
        return await new VerifyRun(pages, ids, VerifyDepth.Data, TimeProvider.System).RunAsync(null, default);
    }

    public void Dispose() => Keys.Dispose();

    private byte[] Sign(byte[] message)
    {
        using var key = Home.ReadMachineKey();
        return key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
