using System.Security.Cryptography;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Sealing.Frames;
using Coffer.Sealing.Keys;

namespace Coffer.Fleet;

/// <summary>Makes nodes and sends them in packs.</summary>
internal sealed class Nodes(IBackupSession session, KeyspaceKeys keys) : IDisposable
{
    private const int ChunkBytes = 256 << 10;

    private readonly FrameSealer _sealer = new(keys);
    private readonly NodeIds _ids = new(keys);
    private readonly FrameBuffer _frame = new();
    private readonly Dictionary<PackClass, IPackUpload> _packs = [];
    private readonly byte[] _chunk = new byte[ChunkBytes];

    public long BytesSent { get; private set; }

    public Task<ObjectId> AddChunkAsync()
    {
        RandomNumberGenerator.Fill(_chunk);
        return AddAsync(NodeKind.Chunk, [], _chunk);
    }

    public Task<ObjectId> AddAsync(NodeKind kind, ObjectId[] references) => AddAsync(kind, references, []);

    public byte[] Seal(NodeKind kind, byte[] plain, ObjectId[] references)
    {
        _sealer.Seal(kind, _ids.Of(kind, references, plain), references, plain, _frame);
        return _frame.Span.ToArray();
    }

    public async Task FlushAsync()
    {
        foreach (var packClass in _packs.Keys.ToArray()) await CompleteAsync(packClass);
    }

    public void Dispose()
    {
        foreach (var pack in _packs.Values) pack.Dispose();
        _sealer.Dispose();
        _frame.Dispose();
    }

    private async Task<ObjectId> AddAsync(NodeKind kind, ObjectId[] references, byte[] plain)
    {
        var id = _ids.Of(kind, references, plain);
        _sealer.Seal(kind, id, references, plain, _frame);
        var packClass = PackClasses.Of(kind);
        if (!_packs.TryGetValue(packClass, out var pack))
            _packs.Add(packClass, pack = session.BeginPack(packClass));
        pack.Append(_frame.Span);
        if (pack.IsFull) await CompleteAsync(packClass);
        return id;
    }

    private async Task CompleteAsync(PackClass packClass)
    {
        _packs.Remove(packClass, out var pack);
        BytesSent += await pack!.CompleteAsync(default);
        pack.Dispose();
    }
}
