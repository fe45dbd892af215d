using System.Buffers.Binary;
using Coffer.Domain;

namespace Coffer.Agent.Caching;

/// <summary>
/// Where the bytes of a small file lie: content hash 16, chunk 32, offset u32, length u32. A table of these lets a
/// cloned, moved or restored tree cost its changed files only. It is a hint: what it names is always asked of the
/// vault first.
/// </summary>
internal readonly record struct ContentRow(Id128 Hash, ObjectId Chunk, uint Offset, uint Length)
    : ISortedRow<ContentRow>
{
    private const int EncodedSize = 16 + 32 + 4 + 4;

    public static int Size => EncodedSize;

    public static ReadOnlySpan<byte> Magic => "CFcont2\n"u8;

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

    public int CompareKey(in ContentRow other) => Hash.CompareTo(other.Hash);
}
