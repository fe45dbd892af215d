using System.Buffers.Binary;
using Coffer.Agent.Listings;
using Coffer.Agent.Pipeline;
using Coffer.Domain;

namespace Coffer.Agent.Backups;

/// <summary>
/// Packs small files, in order, into bundles of about 1 MiB whose ends the content decides, so that a copied or moved
/// tree falls into the same bundles. A file never spans two. The bytes are read straight into the slab.
/// </summary>
internal sealed class BundleBuilder(SlabPool slabs, NodePipeline pipeline) : IDisposable
{
    private BundleTicket _ticket = new();
    private Slab? _slab;
    private int _start;
    private int _end;

    public bool IsEmpty => _end == _start;

    /// <summary>Room for a file of <paramref name="size"/> bytes; what is put there counts once it is added.</summary>
    public async ValueTask PrepareAsync(int size, CancellationToken cancellationToken)
    {
        if (!IsEmpty && _end - _start + size > Limits.BundleMaxBytes) await CloseAsync();
        if (_slab is not null && !IsEmpty) return;
        if (_slab is not null && Limits.SlabBytes - _start >= Limits.BundleMaxBytes) return;
        _slab?.Release();
        _slab = null;
        _slab = await slabs.TakeAsync(cancellationToken);
        _start = _end = 0;
    }

    public Span<byte> Room(int size) => _slab!.Span.Slice(_end, size);

    /// <summary>
    /// Takes the first <paramref name="length"/> bytes of the room as the next file; true: the bundle ends here.
    /// </summary>
    public bool Add(int length, Id128 contentHash, out BundleTicket ticket, out uint offset)
    {
        ticket = _ticket;
        offset = (uint)(_end - _start);
        _end += length;
        return _end - _start >= Limits.BundleMinBytes && EndsAfter(length, contentHash);
    }

    /// <summary>Sends the bundle in hand, if there is one.</summary>
    public async ValueTask CloseAsync()
    {
        if (IsEmpty) return;
        var job = NodeJob.Chunk(_slab!, _start, _end - _start);
        _ticket.Job = job;
        _ticket = new BundleTicket();
        _start = _end;
        await pipeline.SubmitAsync(job);
    }

    public void Dispose()
    {
        _slab?.Release();
        _slab = null;
    }

    // A file ends the bundle with a chance that grows with its size, drawn from its own content.
    private static bool EndsAfter(int length, Id128 contentHash)
    {
        Span<byte> hash = stackalloc byte[Id128.Size];
        contentHash.CopyTo(hash);
        ulong draw = BinaryPrimitives.ReadUInt32BigEndian(hash);
        return draw * Limits.BundleTailBytes < ((ulong)length << 32);
    }
}
