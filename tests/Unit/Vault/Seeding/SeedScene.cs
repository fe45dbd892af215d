using System.Security.Cryptography;
using Coffer.Contracts.Management;
using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Sealing.Keys;
using Coffer.Storage;
using Coffer.Vault;
using Coffer.Vault.Seeding;
using Coffer.Vault.Serving;

namespace Coffer.Unit.Vault.Seeding;

/// <summary>A served vault in which a machine is registered, and a seed of that machine on another disk.</summary>
internal sealed class SeedScene : IAsyncDisposable
{
    private readonly ServicePins _pins = new(new byte[32]);
    private RegistrationRequest _registration = null!;

    public VaultFixture Fixture { get; } = new();

    public SealedGraph Graph { get; private set; } = null!;

    public string Folder => Path.Combine(Fixture.Root, "seed");

    public MachineId Machine { get; private set; }

    public VaultId Target { get; set; }

    public ObjectId Point { get; private set; }

    public ServedVault Vault { get; private set; } = null!;

    public SeedStatus Status => Vault.ManageAtConsole().Seeds.Show().Newest!;

    public IEnumerable<string> Codes => Status.Findings.Select(finding => finding.Code).Distinct();

    /// <summary>Packs of the seed.</summary>
    public List<string> Packs => [.. Directory.EnumerateFiles(
        Path.Combine(Folder, "store", "packs"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    public List<ObjectId> PointsInVault => Vault.Engine.Opened.Catalog.Points.List(new()).ConvertAll(point => point.Id);

    public string Description => Path.Combine(Folder, SeedManifest.NameOf(Fixture.Keys.Keyspace));

    public static async Task<SeedScene> MakeAsync()
    {
        var scene = new SeedScene();
        scene.Graph = new SealedGraph(scene.Fixture.Keys);
        // One envelope in both: the vault takes no pack that carries another.
        scene._registration = scene.Fixture.Registration();
        await using (var vault = await scene.Fixture.OpenAsync())
            scene.Machine = (await vault.RegisterAsync(scene._registration, default)).Id;
        await scene.OpenAsync();
        scene.Target = scene.Vault.Id;
        await scene.ExportAsync();
        return scene;
    }

    // By the real clock: the stepped one leaps wherever somebody sets a limit to a wait, as the taking of a pack does.
    public async Task OpenAsync(Func<IObjectStore, IObjectStore>? store = null) =>
        Vault = await VaultFixture.UnlessBusyAsync(() => ServedVault.OpenAsync(
            Fixture.Folder, _pins, Fixture.Options with { WrapStore = store, Time = TimeProvider.System }, default));

    public async Task RestartAsync(Func<IObjectStore, IObjectStore>? store = null)
    {
        if (Vault is not null) await Vault.DisposeAsync();
        Vault = null!;
        await OpenAsync(store);
    }

    /// <summary>Backs up into the seed and signs it.</summary>
    public async Task ExportAsync(long sequence = 1, KeyspaceKeys? signer = null)
    {
        if (EmbeddedVault.Look(Folder) != VaultFolderKind.Vault) EmbeddedVault.Create(Folder, "seed", Fixture.Time);
        await using var seed = await VaultFixture.UnlessBusyAsync(
            () => EmbeddedVault.OpenAsync(Folder, Fixture.Options, default));
        await seed.RegisterSeedAsync(_registration, Machine, default);
        await using (var session = await seed.OpenSessionAsync(Fixture.Session(Machine), default))
        {
            var (id, frame) = Graph.AddPoint((int)sequence);
            Point = id;
            await Graph.PutAsync(session);
            Graph.Forget();
            var answer = await session.CommitAsync(frame, VaultFixture.Facts(sequence), default);
            answer.Missing.ShouldBeEmpty();
        }
        await seed.WriteSeedAsync(Machine, Target, message => Sign(signer ?? Fixture.Keys, message), default);
    }

    public static byte[] Sign(KeyspaceKeys keys, byte[] message) => keys.AccessKey.SignData(
        message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    public async Task<SeedState> ImportAsync()
    {
        Vault.ManageAtConsole().Seeds.Import(new SeedRequest(Folder));
        await Vault.Seeds.WaitAsync();
        return Status.State;
    }

    public async Task ShouldBeWholeAsync()
    {
        PointsInVault.ShouldBe([Point]);
        var check = Vault.Engine.Check(null, () => true);
        check.Hurt.ShouldBeEmpty();
        await RestartAsync();
        PointsInVault.ShouldBe([Point]);
    }

    public async ValueTask DisposeAsync()
    {
        if (Vault is not null) await Vault.DisposeAsync();
        Graph.Dispose();
        Fixture.Dispose();
    }
}
