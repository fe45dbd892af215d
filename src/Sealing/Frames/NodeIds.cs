using System.Buffers.Binary;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Hashing;
using Coffer.Sealing.Keys;

namespace Coffer.Sealing.Frames;

/// <summary>
/// Computes ids: BLAKE3 keyed with the keyspace's id key over id rule 1, kind 1, reference count u32 LE, references,
/// plain body (docs/format.md, "Ids"). Not thread-safe; one for each worker.
/// </summary>
public sealed class NodeIds(KeyspaceKeys keys)
{
    private const byte IdRule = 1;

    private readonly Blake3Hasher _hasher = Blake3Hasher.Keyed(keys.Ids);

    public ObjectId Of(NodeKind kind, ReadOnlySpan<ObjectId> references, ReadOnlySpan<byte> body)
    {
        Begin(kind, references.Length);
        Span<byte> reference = stackalloc byte[ObjectId.Size];
        foreach (var id in references)
        {
            id.CopyTo(reference);
            _hasher.Update(reference);
        }

        return End(body);
    }

    /// <summary>As above, with the references as they stand in a frame.</summary>
    public ObjectId Of(NodeKind kind, ReadOnlySpan<byte> references, ReadOnlySpan<byte> body)
    {
        Begin(kind, references.Length / ObjectId.Size);
        _hasher.Update(references);
        return End(body);
    }

    private void Begin(NodeKind kind, int referenceCount)
    {
        Span<byte> head = stackalloc byte[6];
        head[0] = IdRule;
        head[1] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(head[2..], referenceCount);
        _hasher.Reset();
        _hasher.Update(head);
    }

    private ObjectId End(ReadOnlySpan<byte> body)
    {
        _hasher.Update(body);
        Span<byte> id = stackalloc byte[ObjectId.Size];
        _hasher.Finish(id);
        return new ObjectId(id);
    }
}
