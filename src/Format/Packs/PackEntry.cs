using Coffer.Domain;
using Coffer.Format.Frames;

namespace Coffer.Format.Packs;

/// <summary>One row of a pack's table.</summary>
/// <param name="Offset">First byte of the frame within the pack.</param>
/// <param name="Length">Bytes of the frame, head and references included.</param>
/// <param name="Checksum">First 16 bytes of BLAKE3 over the frame.</param>
/// <param name="References">The frame's references, 32 bytes each, as they stand in the frame.</param>
public readonly record struct PackEntry(
    ObjectId Id, NodeKind Kind, long Offset, int Length, Id128 Checksum, ReadOnlyMemory<byte> References)
{
    public int ReferenceCount => References.Length / ObjectId.Size;

    public ObjectId Reference(int index) => new(References.Span.Slice(index * ObjectId.Size, ObjectId.Size));
}
