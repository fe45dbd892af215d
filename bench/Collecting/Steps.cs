using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using Coffer.Contracts.Points;
using Coffer.Contracts.Registration;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Envelopes;
using Coffer.Format.Packs;
using Coffer.Format.Points;
using Coffer.Sealing.Envelopes;
using Coffer.Sealing.Frames;
using Coffer.Sealing.Keys;
using Coffer.Vault;
using Coffer.Vault.Collecting;

namespace Coffer.Collecting;

/// <summary>The steps of the benchmark, all on one vault with one machine and one data source.</summary>
internal static class Steps
{
    private const int Fanout = 256;
    private const int SharedPercent = 95;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly SourceId Source = new(Id128.Parse("00000000000000000000000000000001"));

    public static async Task MakeAsync(string folder, int chunks, int points)
    {
        using var keys = KeyspaceKeys.New();
        EmbeddedVault.Create(folder, "bench", Options(0).Time);
        await using var vault = await EmbeddedVault.OpenAsync(folder, Options(0), default);
        var machine = await RegisterAsync(vault, keys);
        using var graph = new Graph(keys);
        int shared = chunks / 100 * SharedPercent, own = (chunks - shared) / points;
        ObjectId[] trunk;
        await using (var session = await OpenAsync(vault, machine))
        {
            trunk = await graph.TreeAsync(session, await graph.ChunksAsync(session, 0, shared));
            await graph.FlushAsync(session);
        }

        for (int point = 1; point <= points; point++)
        {
            await using var session = await OpenAsync(vault, machine);
            var leaves = await graph.ChunksAsync(session, shared + ((point - 1) * own), own);
            var branch = await graph.TreeAsync(session, leaves);
            var listing = await graph.AddAsync(session, NodeKind.TreePage, [.. trunk, .. branch]);
            var change = await graph.AddAsync(session, NodeKind.ChangePage, []);
            var changes = await graph.AddAsync(session, NodeKind.TreePage, [change]);
            await graph.FlushAsync(session);
            byte[] frame = graph.Seal(NodeKind.Point, BitConverter.GetBytes(point), [listing, changes]);
            var facts = new CommitFacts(point, Start, new PointStatistics { Files = chunks });
            if ((await session.CommitAsync(frame, facts, default)).Missing.Count > 0)
                throw new InvalidOperationException("the vault misses what was sent");
        }
    }

    public static async Task PurgeAsync(string folder, int every)
    {
        await using var vault = await EmbeddedVault.OpenAsync(folder, Options(1), default);
        var points = await vault.ListPointsAsync(new PointFilter(), default);
        for (int i = 0; i < points.Count; i += every)
        {
            vault.Points.Delete(points[i].Id, TimeSpan.Zero);
            vault.Points.Purge(points[i].Id);
        }
    }

    public static async Task CollectAsync(string folder, int days)
    {
        await using var vault = await EmbeddedVault.OpenAsync(folder, Options(days), default);
        long started = Stopwatch.GetTimestamp();
        foreach (var report in vault.Collect(new CollectionRules(), () => true))
            Console.WriteLine($"{Stopwatch.GetElapsedTime(started).TotalSeconds:F2} s {report}");
    }

    private static VaultOpenOptions Options(int days) => new()
    {
        Time = new FixedTime(Start.AddDays(days)),
        Clock = new MachineClock("one boot", () => TimeSpan.FromDays(days + 1)),
        Purpose = "bench",
    };

    private static async Task<MachineId> RegisterAsync(EmbeddedVault vault, KeyspaceKeys keys)
    {
        using var machine = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var envelope = EnvelopeSealer.Create(keys, "no secret, a benchmark's", 1, Argon2Parameters.Default);
        var answer = await vault.RegisterAsync(
            new RegistrationRequest(
                "bench", machine.ExportSubjectPublicKeyInfo(), keys.Keyspace,
                keys.AccessKey.ExportSubjectPublicKeyInfo(), envelope.Bytes.ToArray()),
            default);
        return answer.Id;
    }

    private static Task<IBackupSession> OpenAsync(EmbeddedVault vault, MachineId machine) =>
        vault.OpenSessionAsync(new SessionRequest(machine, Source, "volume", "/data", JobId.New()), default);

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    /// <summary>Makes nodes and sends them in packs of a full size.</summary>
    private sealed class Graph(KeyspaceKeys keys) : IDisposable
    {
        private readonly FrameSealer _sealer = new(keys);
        private readonly NodeIds _ids = new(keys);
        private readonly FrameBuffer _frame = new();
        private readonly Dictionary<PackClass, IPackUpload> _packs = [];

        public async Task<ObjectId[]> ChunksAsync(IBackupSession session, int first, int count)
        {
            var ids = new ObjectId[count];
            var plain = new byte[16];
            for (int i = 0; i < count; i++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(plain, first + i);
                ids[i] = await AddAsync(session, NodeKind.Chunk, [], plain);
            }

            return ids;
        }

        /// <summary>Pages over leaves, level by level, until few are left.</summary>
        public async Task<ObjectId[]> TreeAsync(IBackupSession session, ObjectId[] leaves)
        {
            var kind = NodeKind.ListingPage;
            while (kind == NodeKind.ListingPage || leaves.Length > Fanout)
            {
                var pages = new List<ObjectId>();
                foreach (var some in leaves.Chunk(Fanout)) pages.Add(await AddAsync(session, kind, some));
                leaves = [.. pages];
                kind = NodeKind.TreePage;
            }

            return leaves;
        }

        public Task<ObjectId> AddAsync(IBackupSession session, NodeKind kind, ObjectId[] references) =>
            AddAsync(session, kind, references, []);

        public byte[] Seal(NodeKind kind, byte[] plain, ObjectId[] references)
        {
            _sealer.Seal(kind, _ids.Of(kind, references, plain), references, plain, _frame);
            return _frame.Span.ToArray();
        }

        public async Task FlushAsync(IBackupSession session)
        {
            foreach (var pack in _packs.Values)
            {
                await pack.CompleteAsync(default);
                pack.Dispose();
            }

            _packs.Clear();
        }

        public void Dispose()
        {
            _sealer.Dispose();
            _frame.Dispose();
        }

        private async Task<ObjectId> AddAsync(
            IBackupSession session, NodeKind kind, ObjectId[] references, byte[] plain)
        {
            var id = _ids.Of(kind, references, plain);
            _sealer.Seal(kind, id, references, plain, _frame);
            var packClass = PackClasses.Of(kind);
            if (!_packs.TryGetValue(packClass, out var pack))
                _packs.Add(packClass, pack = session.BeginPack(packClass));
            pack.Append(_frame.Span);
            if (!pack.IsFull) return id;
            await pack.CompleteAsync(default);
            pack.Dispose();
            _packs.Remove(packClass);
            return id;
        }
    }
}
