using System.Buffers.Binary;

namespace Coffer.Agent.Caching.Links;

/// <summary>
/// A file with several names, spilled: inode u64 and group u64 big endian, then offset i64 and length i32 of what was
/// captured in the file beside; length 0: it stands as the base has it.
/// </summary>
internal readonly record struct LinkRow(ulong Inode, ulong Group, long Offset, int Length) : ISortedRow<LinkRow>
{
    public static int Size => 8 + 8 + 8 + 4;

    public static ReadOnlySpan<byte> Magic => "CFlink2\n"u8;

    public static LinkRow Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]));

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64BigEndian(target, Inode);
        BinaryPrimitives.WriteUInt64BigEndian(target[8..], Group);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], Offset);
        BinaryPrimitives.WriteInt32LittleEndian(target[24..], Length);
    }

    public int CompareKey(in LinkRow other) => Inode.CompareTo(other.Inode);
}
