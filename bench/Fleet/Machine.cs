using System.Diagnostics;
using System.Security.Cryptography;
using Coffer.Contracts.Http;
using Coffer.Contracts.Points;
using Coffer.Contracts.Registration;
using Coffer.Contracts.Sessions;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Format.Frames;
using Coffer.Format.Points;
using Coffer.Sealing.Envelopes;
using Coffer.Sealing.Keys;

namespace Coffer.Fleet;

/// <param name="First">Seconds from the common start to the end of the first backup; null where it failed.</param>
/// <param name="Second">Seconds of the incremental one.</param>
internal sealed record MachineRun(double? First, double? Second, int Backups, long Bytes, string? Failure);

/// <summary>One simulated machine: real keys, a real client and random bytes instead of files.</summary>
internal sealed class Machine : IAsyncDisposable
{
    private readonly RemoteVault _vault;
    private readonly MachineId _id;
    private readonly KeyspaceKeys _keys;
    private readonly ECDsa _key;
    private readonly SourceId _source = new(Id128.Random());
    private readonly List<ObjectId> _known = [];
    private long _bytes;

    private Machine(RemoteVault vault, MachineId id, KeyspaceKeys keys, ECDsa key) =>
        (_vault, _id, _keys, _key) = (vault, id, keys, key);

    public static async Task<Machine> RegisterAsync(
        CredentialsFile credentials, string name, string spool, CancellationToken cancellationToken)
    {
        var service = new ServiceAddress(
            credentials.Address, credentials.Pin, credentials.Vault, credentials.VaultName);
        var keys = KeyspaceKeys.New();
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var envelope = EnvelopeSealer.Create(keys, "no secret, a benchmark's", 1, Argon2Parameters.Default);
        await using var registrar = new RemoteVault(
            new RemoteVaultOptions
            {
                Time = TimeProvider.System,
                Service = service,
                RegistrationSecret = credentials.Secret,
            });
        var server = await registrar.RegisterAsync(
            new RegistrationRequest(
                name, key.ExportSubjectPublicKeyInfo(), keys.Keyspace, keys.AccessKey.ExportSubjectPublicKeyInfo(),
                envelope.Bytes.ToArray()),
            cancellationToken);
        var vault = new RemoteVault(new RemoteVaultOptions
        {
            Time = TimeProvider.System,
            Service = service,
            Identity = new MachineIdentity(server.Id, message => key.SignData(
                message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)),
            Spool = () => SpoolFile(spool),
            Patience = TimeSpan.FromMinutes(5),
        });
        return new Machine(vault, server.Id, keys, key);
    }

    /// <summary>A first backup of so many chunks of 256 KiB, and an incremental one of so many more.</summary>
    public async Task<MachineRun> RunAsync(int first, int second)
    {
        double? done = null, again = null;
        int backups = 0;
        try
        {
            long started = Stopwatch.GetTimestamp();
            await BackUpAsync(1, first);
            (done, backups) = (Stopwatch.GetElapsedTime(started).TotalSeconds, 1);
            started = Stopwatch.GetTimestamp();
            await BackUpAsync(2, second);
            (again, backups) = (Stopwatch.GetElapsedTime(started).TotalSeconds, 2);
            return new MachineRun(done, again, backups, _bytes, null);
        }
        catch (Exception e)
        {
            return new MachineRun(done, again, backups, _bytes, $"{e.GetType().Name}: {e.Message}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _vault.DisposeAsync();
        _keys.Dispose();
        _key.Dispose();
    }

    // As an agent does it: what is known is asked for, what is new is sent, and the pages come last.
    private async Task BackUpAsync(int sequence, int chunks)
    {
        var request = new SessionRequest(_id, _source, "volume", "/data", JobId.New());
        await using var session = await _vault.OpenSessionAsync(request, default);
        var present = new bool[_known.Count];
        await session.HaveAsync(_known.ToArray(), present, default);
        if (present.Contains(false)) throw new InvalidOperationException("the vault misses what it had");
        using var nodes = new Nodes(session, _keys);
        for (int i = 0; i < chunks; i++) _known.Add(await nodes.AddChunkAsync());
        var listing = await nodes.AddAsync(NodeKind.ListingPage, [.. _known]);
        var tree = await nodes.AddAsync(NodeKind.TreePage, [listing]);
        var change = await nodes.AddAsync(NodeKind.ChangePage, []);
        var changes = await nodes.AddAsync(NodeKind.TreePage, [change]);
        await nodes.FlushAsync();
        byte[] point = nodes.Seal(NodeKind.Point, BitConverter.GetBytes(sequence), [tree, changes]);
        var facts = new CommitFacts(sequence, DateTimeOffset.UnixEpoch, new PointStatistics { Files = _known.Count });
        var answer = await session.CommitAsync(point, facts, default);
        if (answer.Point is null) throw new InvalidOperationException($"{answer.Missing.Count} ids are missing");
        _bytes += nodes.BytesSent;
    }

    private static FileStream SpoolFile(string folder) => new(
        Path.Combine(folder, Id128.Random().ToString()),
        new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose,
            BufferSize = 0,
        });
}
