using System.Buffers.Binary;
using Coffer.Domain;

namespace Coffer.Agent.Caching;

/// <summary>Where the bytes of a small file lie: content hash 16, chunk 32, offset u32, length u32.</summary>
internal readonly record struct ContentRow(Id128 Hash, ObjectId Chunk, uint Offset, uint Length)
{
    public const int Size = 16 + 32 + 4 + 4;

    public static ContentRow Read(ReadOnlySpan<byte> bytes) => new(
        new Id128(bytes),
        new ObjectId(bytes[16..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[48..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[52..]));

    public void Write(Span<byte> target)
    {
        Hash.CopyTo(target);
        Chunk.CopyTo(target[16..]);
        BinaryPrimitives.WriteUInt32LittleEndian(target[48..], Offset);
        BinaryPrimitives.WriteUInt32LittleEndian(target[52..], Length);
    }
}
