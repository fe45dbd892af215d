using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Hashing;
using Coffer.Format.Points;
using Coffer.Sealing.Frames;
using Coffer.Sealing.Keys;

namespace Coffer.Agent.Nodes;

/// <summary>A page's plain body and what it refers to.</summary>
internal sealed record Node(byte[] Body, ObjectId[] References);

/// <summary>
/// Reads nodes of one keyspace and opens them. Where an id has several copies it tries them, oldest first, and reports
/// each that does not open to its id. Not thread-safe; one for each worker, over a shared frame reader.
/// </summary>
internal sealed class NodeReader(IFrameReader frames, KeyspaceKeys keys) : IDisposable
{
    /// <summary>Each damage found makes one more; a vault that names more than this goes on for ever.</summary>
    private const int MaxCopies = 256;

    private readonly FrameOpener _opener = new(keys);
    private readonly FrameBuffer _frame = new();
    private readonly FrameBuffer _plain = new();

    /// <summary>Reads a node into <paramref name="plain"/>.</summary>
    /// <exception cref="CorruptionException">No copy opens to the id, or there is none.</exception>
    public async ValueTask ReadAsync(ObjectId id, NodeKind kind, FrameBuffer plain, CancellationToken cancellationToken)
    {
        CorruptionException? damage = null;
        for (int copy = 0; copy < MaxCopies; copy++)
        {
            try
            {
                if (!await frames.ReadAsync(id, copy, _frame, cancellationToken)) break;
                _ = _opener.Open(_frame.Span, id, kind, plain);
                return;
            }
            catch (CorruptionException e)
            {
                // A pack that is gone or cut short costs this copy, not the later ones; told, it is sent again.
                damage = e;
                await frames.ReportDamageAsync(id, copy, e.Message, cancellationToken);
            }
            catch (FaultException e) when (e.Fault.Code == "store.failing")
            {
                // A bad block costs what lies on it. Where the whole disk is gone the report meets that, too, and ends.
                damage = new CorruptionException($"{kind} {id}", "bytes from the vault's disk", "an error", e);
                await frames.ReportDamageAsync(id, copy, e.Message, cancellationToken);
            }
        }

        throw damage ?? new CorruptionException($"{kind} {id}", "a copy in the vault", "none");
    }

    /// <summary>Looks whether a copy lies in the vault in full length; none of its bytes are read.</summary>
    /// <exception cref="CorruptionException">There is none.</exception>
    public async ValueTask LookAsync(ObjectId id, NodeKind kind, CancellationToken cancellationToken)
    {
        CorruptionException? damage = null;
        for (int copy = 0; copy < MaxCopies; copy++)
        {
            try
            {
                if (!await frames.LookAsync(id, copy, cancellationToken)) break;
                return;
            }
            catch (CorruptionException e)
            {
                // Told, so that the next backup sends it again.
                damage = e;
                await frames.ReportDamageAsync(id, copy, e.Message, cancellationToken);
            }
        }

        throw damage ?? new CorruptionException($"{kind} {id}", "a copy in the vault", "none");
    }

    public async ValueTask<Node> ReadPageAsync(ObjectId id, NodeKind kind, CancellationToken cancellationToken)
    {
        await ReadAsync(id, kind, _plain, cancellationToken);
        return new Node(_plain.Span.ToArray(), References(_frame.Span));
    }

    /// <summary>A point or checkpoint: its body, and its references (tree of listing, tree of changes, …).</summary>
    public async Task<(PointBody Body, ObjectId[] References)> ReadPointAsync(
        ObjectId id, NodeKind kind, CancellationToken cancellationToken)
    {
        byte[] frame = await ReadPointFrameAsync(id, kind, cancellationToken);
        _ = _opener.Open(frame, id, kind, _plain);
        return (PointBodyCodec.Decode(_plain.Span, $"{kind} {id}"), References(frame));
    }

    /// <summary>What a listing entry calls the content hash of a small file with these bytes.</summary>
    public Id128 ContentHashOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Id128.Size];
        Blake3.KeyedHash(keys.Content, bytes, hash);
        return new Id128(hash);
    }

    public void Dispose()
    {
        _opener.Dispose();
        _frame.Dispose();
        _plain.Dispose();
    }

    // Listed and not there is damage of that one point: whoever goes through several passes on to the next.
    private async Task<byte[]> ReadPointFrameAsync(ObjectId id, NodeKind kind, CancellationToken cancellationToken)
    {
        try
        {
            return await frames.ReadPointAsync(id, cancellationToken);
        }
        catch (FaultException e) when (e.Fault.Code == "vault.point")
        {
            throw new CorruptionException($"{kind} {id}", "its file in the vault", "none", e);
        }
    }

    private static ObjectId[] References(ReadOnlySpan<byte> frame)
    {
        var header = FrameHeader.Parse(frame, "frame");
        var references = new ObjectId[header.ReferenceCount];
        for (int i = 0; i < references.Length; i++) references[i] = FrameHeader.ReferenceOf(frame, i);
        return references;
    }
}
