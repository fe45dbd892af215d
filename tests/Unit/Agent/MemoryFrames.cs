using System.Collections.Concurrent;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Format;
using Coffer.Format.Frames;
using Coffer.Format.Points;
using Coffer.Sealing.Frames;
using Coffer.Sealing.Keys;

namespace Coffer.Unit.Agent;

/// <summary>Frames of one keyspace in memory, sealed for real, with a switch to damage or lose one.</summary>
internal sealed class MemoryFrames : IFrameReader
{
    private readonly ConcurrentDictionary<ObjectId, byte[]> _frames = [];
    private readonly FrameSealer _sealer;
    private readonly NodeIds _ids;

    public MemoryFrames()
    {
        _sealer = new FrameSealer(Keys);
        _ids = new NodeIds(Keys);
    }

    public KeyspaceKeys Keys { get; } = KeyspaceKeys.New();

    /// <summary>Frames that were read, each time.</summary>
    public ConcurrentBag<ObjectId> Reads { get; } = [];

    public ConcurrentBag<(ObjectId Id, int Copy)> Reports { get; } = [];

    /// <summary>Called before each read; may throw.</summary>
    public Action<ObjectId>? OnRead { get; set; }

    public ICollection<ObjectId> Ids => _frames.Keys;

    public ObjectId Put(NodeKind kind, ReadOnlySpan<ObjectId> references, ReadOnlySpan<byte> body)
    {
        var id = _ids.Of(kind, references, body);
        if (_frames.ContainsKey(id)) return id;
        using var frame = new FrameBuffer();
        _sealer.Seal(kind, id, references, body, frame);
        _frames[id] = frame.Span.ToArray();
        return id;
    }

    public ObjectId PutChunk(ReadOnlySpan<byte> bytes) => Put(NodeKind.Chunk, [], bytes);

    public ObjectId PutPoint(PointBody body, ObjectId listing, ObjectId changes) =>
        Put(NodeKind.Point, [listing, changes], PointBodyCodec.Encode(body));

    public void Damage(ObjectId id) => _frames[id][^1] ^= 1;

    public void Repair(ObjectId id) => _frames[id][^1] ^= 1;

    public void Lose(ObjectId id) => _frames.TryRemove(id, out _);

    public NodeKind KindOf(ObjectId id) => FrameHeader.Parse(_frames[id], "frame").Kind;

    public ValueTask<bool> ReadAsync(ObjectId id, int copy, FrameBuffer frame, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        OnRead?.Invoke(id);
        Reads.Add(id);
        if (copy > 0 || !_frames.TryGetValue(id, out byte[]? bytes)) return new(false);
        bytes.CopyTo(frame.Take(bytes.Length));
        return new(true);
    }

    public ValueTask<bool> LookAsync(ObjectId id, int copy, CancellationToken cancellationToken) =>
        new(copy == 0 && _frames.ContainsKey(id));

    public Task ReportDamageAsync(ObjectId id, int copy, string reason, CancellationToken cancellationToken)
    {
        Reports.Add((id, copy));
        return Task.CompletedTask;
    }

    public Task<byte[]> ReadPointAsync(ObjectId point, CancellationToken cancellationToken) =>
        Task.FromResult(_frames.TryGetValue(point, out byte[]? frame)
            ? frame
            : throw new CorruptionException($"point {point}", "a copy", "none"));

    public ValueTask DisposeAsync()
    {
        _sealer.Dispose();
        return ValueTask.CompletedTask;
    }
}
