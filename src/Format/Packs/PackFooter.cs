using System.Buffers.Binary;
using Coffer.Domain;

namespace Coffer.Format.Packs;

/// <summary>
/// The last bytes of a pack, little endian: table offset u64, table length u32, frame count u32, BLAKE3 of the table
/// 32, magic 8.
/// </summary>
public readonly record struct PackFooter(long TableOffset, int TableLength, int FrameCount, ObjectId TableHash)
{
    public const int Size = 56;

    public static ReadOnlySpan<byte> Magic => "CFpackE\n"u8;

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target, TableOffset);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], TableLength);
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], FrameCount);
        TableHash.CopyTo(target[16..]);
        Magic.CopyTo(target[48..]);
    }

    /// <summary>
    /// Reads a footer; what it returns is within the pack, and no count is beyond what the table can hold.
    /// </summary>
    /// <param name="bytes">The last <see cref="Size"/> bytes of the pack.</param>
    /// <param name="packLength">Bytes of the whole pack, which table and footer must end exactly.</param>
    public static PackFooter Parse(ReadOnlySpan<byte> bytes, long packLength, string place)
    {
        if (bytes.Length != Size || !bytes[48..].SequenceEqual(Magic))
            throw new CorruptionException(place, "the end of a pack", "other bytes: cut short or damaged");
        ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        if (packLength > Limits.MaxPackBytes || offset > Limits.MaxPackBytes
            || (long)offset + length + Size != packLength)
            throw new CorruptionException(place, $"a table that ends at {packLength - Size}", $"{offset} + {length}");
        if (count > Limits.MaxPackFrames || count > length / PackTable.FixedRowSize)
            throw new CorruptionException(
                place, $"as many frames as {length} bytes of table tell of", $"{count}");
        // Each row is shorter than its frame, as it repeats the references and less than the rest of the frame's head.
        if (length > offset) throw new CorruptionException(place, "a table shorter than its frames", $"{length} bytes");
        return new PackFooter((long)offset, (int)length, (int)count, new ObjectId(bytes[16..]));
    }
}
