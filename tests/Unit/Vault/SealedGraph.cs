using System.Buffers.Binary;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Sealing.Frames;
using Coffer.Sealing.Keys;

namespace Coffer.Unit.Vault;

/// <summary>Really sealed nodes of one keyspace, in the order in which they were made.</summary>
internal sealed class SealedGraph(KeyspaceKeys keys) : IDisposable
{
    private readonly FrameSealer _sealer = new(keys);
    private readonly NodeIds _ids = new(keys);
    private readonly List<(NodeKind Kind, ObjectId Id, byte[] Frame)> _nodes = [];

    public IEnumerable<ObjectId> Ids => _nodes.Select(node => node.Id);

    public ObjectId Add(NodeKind kind, byte[] plain, params ObjectId[] references)
    {
        var (id, frame) = Seal(kind, plain, references);
        _nodes.Add((kind, id, frame));
        return id;
    }

    /// <summary>A frame of its own, in no pack.</summary>
    public (ObjectId Id, byte[] Frame) Seal(NodeKind kind, byte[] plain, params ObjectId[] references)
    {
        var id = _ids.Of(kind, references, plain);
        using var frame = new FrameBuffer();
        _sealer.Seal(kind, id, references, plain, frame);
        return (id, frame.Span.ToArray());
    }

    /// <summary>Listings of some chunks each, both trees over them, and a point of kind over those.</summary>
    public (ObjectId Id, byte[] Frame) AddPoint(int seed, int pages = 3, NodeKind kind = NodeKind.Point)
    {
        var listings = new List<ObjectId>();
        for (int page = 0; page < pages; page++)
        {
            ObjectId[] chunks = [.. Enumerable.Range(0, 4).Select(i => Add(NodeKind.Chunk, Bytes(seed, page, i)))];
            listings.Add(Add(NodeKind.ListingPage, Bytes(seed, page, 100), chunks));
        }
        var changes = Add(NodeKind.ChangePage, Bytes(seed, 0, 101));
        var listing = Add(NodeKind.TreePage, Bytes(seed, 0, 102), [.. listings]);
        var change = Add(NodeKind.TreePage, Bytes(seed, 0, 103), changes);
        return Seal(kind, Bytes(seed, 0, 104), listing, change);
    }

    /// <summary>Puts what has been added and not been put, data and metadata in a pack each.</summary>
    public async Task PutAsync(IBackupSession session, Func<ObjectId, bool>? where = null)
    {
        foreach (var packClass in (PackClass[])[PackClass.Data, PackClass.Metadata])
        {
            var frames = _nodes
                .Where(n => PackClasses.Of(n.Kind) == packClass && (where is null || where(n.Id))).ToList();
            if (frames.Count == 0) continue;
            using var pack = session.BeginPack(packClass);
            foreach (var (_, _, frame) in frames) pack.Append(frame);
            (await pack.CompleteAsync(default)).ShouldBe(pack.Length);
        }
    }

    /// <summary>What has been added and belongs into packs of a class.</summary>
    public IReadOnlyList<byte[]> Frames(PackClass packClass) =>
        [.. _nodes.Where(node => PackClasses.Of(node.Kind) == packClass).Select(node => node.Frame)];

    public void Forget() => _nodes.Clear();

    public void Dispose() => _sealer.Dispose();

    private static byte[] Bytes(int seed, int page, int number)
    {
        var bytes = new byte[1000];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, seed);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), page);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), number);
        return bytes;
    }
}
