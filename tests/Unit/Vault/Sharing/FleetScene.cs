using System.Security.Cryptography;
using System.Text;
using Coffer.Contracts.Registration;
using Coffer.Contracts.Sessions;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Sealing.Envelopes;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Serving;

namespace Coffer.Unit.Vault.Sharing;

/// <summary>A served vault with two machines of one keyspace, each with a data source.</summary>
internal sealed class FleetScene : IAsyncDisposable
{
    private readonly byte[] _pin = new byte[32];

    private FleetScene()
    {
    }

    public VaultFixture Fixture { get; } = new();

    public SteppedTime Time => Fixture.Time;

    public KeyspaceId Keyspace => Fixture.Keys.Keyspace;

    public ServedVault Vault { get; private set; } = null!;

    public MachineId First { get; private set; }

    public MachineId Second { get; private set; }

    public static async Task<FleetScene> MakeAsync(bool trusting)
    {
        var scene = new FleetScene();
        await scene.OpenAsync();
        scene.First = scene.Vault.Register(new ServiceRegistration(
            scene.Secret(), scene.Fixture.Registration() with { Sharing = new SharingTerms(trusting) })).Id;
        scene.Second = scene.Join("second").Id;
        return scene;
    }

    public byte[] Secret() => Vault.MakeCredentials().Secret;

    /// <summary>Asks, is let in, and asks again.</summary>
    public ServerDescription Join(string name)
    {
        byte[] key = VaultFixture.NewPublicKey();
        Ask(key, name).ShouldBe("join.pending");
        Vault.ManageAtConsole().Servers.DecideJoin(KeyText(key), isApproved: true);
        return Vault.Join(new ServiceJoin(Secret(), Request(key, name)));
    }

    /// <returns>Why not.</returns>
    public string Ask(byte[] key, string name = "new", string passphrase = VaultFixture.Passphrase) =>
        Code(() => Vault.Join(new ServiceJoin(Secret(), Request(key, name, passphrase))));

    public JoinRequest Request(byte[] key, string name = "new", string passphrase = VaultFixture.Passphrase)
    {
        var envelope = Envelope.Decode(Vault.Engine.Opened.Catalog.Keyspaces.ActiveEnvelopes(Keyspace)[0], "envelope");
        using var secrets = EnvelopeSecrets.FromPassphrase(passphrase, envelope.Salt, envelope.Head.Parameters);
        byte[] proof = secrets.AuthenticationKey.SignData(
            JoinProof.Message(Vault.Id, Keyspace, key), HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return new JoinRequest(First, name, key, proof);
    }

    public static string KeyText(byte[] key) => Convert.ToHexStringLower(SHA256.HashData(key))[..16];

    /// <summary>The vault as a machine may use it.</summary>
    public MachineAccess Access(MachineId machine) =>
        new(Vault, Vault.Engine.Opened.Catalog.Machines.Find(machine)!, isGrant: false);

    public SourceId SourceOf(MachineId machine) => new(machine.Value); // any id will do

    public Task<IBackupSession> SessionAsync(MachineId machine) => Vault.Engine.OpenSessionAsync(
        new SessionRequest(machine, SourceOf(machine), "volume", "/data", JobId.New()), default);

    /// <summary>A point of one machine, with all that it needs sent by that one.</summary>
    public async Task<ObjectId> BackUpAsync(MachineId machine, SealedGraph graph, int seed, long sequence = 1)
    {
        var (id, frame) = PointOf(machine, graph, seed, sequence);
        await using var session = await SessionAsync(machine);
        await graph.PutAsync(session);
        (await session.CommitAsync(frame, VaultFixture.Facts(sequence), default)).Missing.ShouldBeEmpty();
        return id;
    }

    /// <summary>Two machines' points are never the same, though all that they refer to may be.</summary>
    public static (ObjectId Id, byte[] Frame) PointOf(
        MachineId machine, SealedGraph graph, int seed, long sequence = 1)
    {
        byte[] frame = graph.AddPoint(seed).Frame;
        byte[] references = FrameHeader.ParseWhole(frame, "a point").ReferencesOf(frame).ToArray();
        return graph.Seal(
            NodeKind.Point, Encoding.UTF8.GetBytes($"{machine} {sequence}"),
            new ObjectId(references), new ObjectId(references.AsSpan(ObjectId.Size)));
    }

    public async Task<bool[]> HaveAsync(MachineId machine, params ObjectId[] ids)
    {
        await using var session = await SessionAsync(machine);
        var present = new bool[ids.Length];
        await session.HaveAsync(ids, present, default);
        return present;
    }

    public async Task<bool> HasAllAsync(MachineId machine, IEnumerable<ObjectId> ids) =>
        (await HaveAsync(machine, [.. ids])).All(present => present);

    public async Task<bool> HasAnyAsync(MachineId machine, IEnumerable<ObjectId> ids) =>
        (await HaveAsync(machine, [.. ids])).Any(present => present);

    public static async Task PutAsync(IBackupSession session, PackClass packClass, params byte[][] frames)
    {
        using var pack = session.BeginPack(packClass);
        foreach (byte[] frame in frames) pack.Append(frame);
        await pack.CompleteAsync(default);
    }

    public KeyspaceFile File => Vault.Engine.Opened.Keyspace(Keyspace);

    public async Task OpenAsync() => Vault = await VaultFixture.UnlessBusyAsync(
        () => ServedVault.OpenAsync(Fixture.Opened, new ServicePins(_pin), Fixture.Options, default));

    /// <summary>Ends the service and starts it again.</summary>
    /// <param name="meanwhile">Happens while nobody has the vault's folder.</param>
    public async Task RestartAsync(Func<Task>? meanwhile = null)
    {
        await Vault.DisposeAsync();
        if (meanwhile is not null) await meanwhile();
        await OpenAsync();
    }

    /// <summary>Loses all tables and has them made anew from the store.</summary>
    public Task RecoverAsync() => RestartAsync(async () =>
    {
        foreach (string file in (string[])["catalog.db", "catalog.db-wal", "catalog.db-shm"])
            System.IO.File.Delete(Path.Combine(Fixture.Opened, file));
        System.IO.File.Delete(Path.Combine(Fixture.Opened, "keyspaces", $"{Keyspace}.db"));
        await VaultFixture.RecoverAsync(Fixture.Opened, Fixture.Options, null, null, default);
    });

    public IReadOnlyList<string> Audited() =>
        [.. Vault.ManageAtConsole().Security.ListAudit(null, 1000).Items.Select(entry => entry.Operation)];

    public static string Code(Action act) => Should.Throw<FaultException>(act).Fault.Code;

    public async ValueTask DisposeAsync()
    {
        await Vault.DisposeAsync();
        Fixture.Dispose();
    }
}
