using System.Buffers.Binary;
using System.Security.Cryptography;
using Coffer.Contracts.Registration;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Format.Frames;
using Coffer.Format.Points;
using Coffer.Sealing.Envelopes;
using Coffer.Sealing.Keys;
using Coffer.Unit.Vault;

namespace Coffer.Simulation.Scenarios;

/// <summary>
/// What no crash of the vault takes away: keys, and the source with the points made of it. Four points, each of which
/// shares its first page with the one before; a checkpoint on the way to the third.
/// </summary>
internal sealed class Agent : IDisposable
{
    private const int ChunksOfPage = 4, ChunkBytes = 1000;

    private readonly byte[] _machineKey;
    private readonly Dictionary<ObjectId, (NodeKind Kind, byte[] Frame)> _frames = [];
    private readonly List<(NodeKind Kind, byte[] Plain, ObjectId[] References)> _nodes = [];

    public Agent()
    {
        Graph = new SealedGraph(Keys);
        Envelopes = [Envelope("the first passphrase", 1), Envelope("another passphrase", 2)];
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256)) _machineKey = key.ExportSubjectPublicKeyInfo();
        First = Plan("point 1", 1, NodeKind.Point, 'A', 'B', 'C');
        Second = Plan("point 2", 2, NodeKind.Point, 'A', 'D');
        Checkpoint = Plan("the checkpoint", 3, NodeKind.Checkpoint, 'A', 'E');
        Third = Plan("point 3", 3, NodeKind.Point, 'A', 'E', 'F');
        Fourth = Plan("point 4", 4, NodeKind.Point, 'A', 'D', 'G');
    }

    public KeyspaceKeys Keys { get; } = KeyspaceKeys.New();

    public SourceId Source { get; } = SourceId.New();

    public SealedGraph Graph { get; }

    /// <summary>By number, from 1.</summary>
    public IReadOnlyList<byte[]> Envelopes { get; }

    public PlannedPoint First { get; }

    public PlannedPoint Second { get; }

    public PlannedPoint Third { get; }

    public PlannedPoint Fourth { get; }

    public PlannedPoint Checkpoint { get; }

    public IReadOnlyList<PlannedPoint> Points => [First, Second, Third, Fourth];

    public RegistrationRequest Registration => new(
        "host", _machineKey, Keys.Keyspace, Keys.AccessKey.ExportSubjectPublicKeyInfo(), Envelopes[0]);

    public static CommitFacts Facts(PlannedPoint point) =>
        new(point.Sequence, VirtualTime.Start, new PointStatistics { Files = point.Sequence });

    public SessionRequest Session(MachineId machine) => new(machine, Source, "volume", "/data", JobId.New());

    /// <summary>0 where the envelope is none of these.</summary>
    public uint NumberOf(byte[] envelope) =>
        (uint)(Envelopes.ToList().FindIndex(known => known.AsSpan().SequenceEqual(envelope)) + 1);

    /// <summary>The node under its id with a body that does not open, as a hostile agent may send it.</summary>
    public byte[] Poisoned(ObjectId id)
    {
        byte[] frame = [.. _frames[id].Frame];
        frame[^1] ^= 1;
        return frame;
    }

    /// <summary>The same nodes in other bytes; the caller's.</summary>
    public SealedGraph SealAnew()
    {
        var graph = new SealedGraph(Keys);
        foreach (var (kind, plain, references) in _nodes) graph.Add(kind, plain, references);
        return graph;
    }

    public NodeKind KindOf(ObjectId id) => _frames[id].Kind;

    public void Dispose()
    {
        Graph.Dispose();
        Keys.Dispose();
    }

    private byte[] Envelope(string passphrase, uint number) =>
        EnvelopeSealer.Create(Keys, passphrase, number, Argon2Parameters.Default).Bytes.ToArray();

    private PlannedPoint Plan(string name, long sequence, NodeKind kind, params char[] pages)
    {
        var ids = new List<ObjectId>();
        var listings = new List<ObjectId>();
        foreach (char page in pages)
        {
            ObjectId[] chunks = [.. Enumerable.Range(0, ChunksOfPage).Select(
                number => Node(ids, NodeKind.Chunk, Bytes(page, number)))];
            listings.Add(Node(ids, NodeKind.ListingPage, Bytes(page, ChunksOfPage), chunks));
        }
        var changes = Node(ids, NodeKind.ChangePage, Bytes('c', (int)sequence));
        var listing = Node(ids, NodeKind.TreePage, Bytes('t', (int)sequence), [.. listings]);
        var change = Node(ids, NodeKind.TreePage, Bytes('u', (int)sequence), changes);
        var (id, frame) = Graph.Seal(kind, Bytes('p', (int)sequence), listing, change);
        return new PlannedPoint(name, sequence, id, frame, ids);
    }

    // What two points share is one node, sealed once.
    private ObjectId Node(List<ObjectId> ids, NodeKind kind, byte[] plain, params ObjectId[] references)
    {
        var (id, frame) = Graph.Seal(kind, plain, references);
        if (_frames.TryAdd(id, (kind, frame)))
        {
            Graph.Add(kind, plain, references);
            _nodes.Add((kind, plain, references));
        }
        ids.Add(id);
        return id;
    }

    private static byte[] Bytes(char what, int number)
    {
        var bytes = new byte[ChunkBytes];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, what);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), number);
        return bytes;
    }
}
