using System.Buffers.Binary;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Hashing;

namespace Coffer.Format.Packs;

/// <summary>
/// The table of a pack: per frame id 32, kind 1, offset u64, length u32, checksum 16, reference count u32 and the
/// references. It tells all that an index needs, so an index is rebuilt without reading a single body.
/// </summary>
public static class PackTable
{
    /// <summary>Bytes of a row without references.</summary>
    internal const int FixedRowSize = 32 + 1 + 8 + 4 + 16 + 4;

    public static byte[] Encode(IReadOnlyList<PackEntry> entries)
    {
        var bytes = new byte[checked(entries.Sum(e => FixedRowSize + e.References.Length))];
        var rest = bytes.AsSpan();
        foreach (var entry in entries)
        {
            entry.Id.CopyTo(rest);
            rest[32] = (byte)entry.Kind;
            BinaryPrimitives.WriteInt64LittleEndian(rest[33..], entry.Offset);
            BinaryPrimitives.WriteInt32LittleEndian(rest[41..], entry.Length);
            entry.Checksum.CopyTo(rest[45..]);
            BinaryPrimitives.WriteInt32LittleEndian(rest[61..], entry.ReferenceCount);
            entry.References.Span.CopyTo(rest[FixedRowSize..]);
            rest = rest[(FixedRowSize + entry.References.Length)..];
        }

        return bytes;
    }

    /// <summary>
    /// Reads a table and checks it against head and footer: hash, count, class, ids that stand once, and frames that
    /// touch without gap.
    /// </summary>
    public static PackEntry[] Decode(byte[] bytes, PackHead head, PackFooter footer, string place) =>
        Decode(bytes, head.Class, head.Length, footer, place);

    /// <param name="packClass">Of the pack.</param>
    /// <param name="headLength">Where the first frame begins; negative: where the first row says.</param>
    internal static PackEntry[] Decode(
        byte[] bytes, PackClass packClass, int headLength, PackFooter footer, string place)
    {
        Span<byte> hash = stackalloc byte[ObjectId.Size];
        Blake3.Hash(bytes, hash);
        if (new ObjectId(hash) != footer.TableHash) throw new CorruptionException(place, "the table's hash", "another");
        if (footer.FrameCount > bytes.Length / FixedRowSize)
            throw new CorruptionException(place, $"{footer.FrameCount} rows", $"{bytes.Length} bytes");
        var entries = new PackEntry[footer.FrameCount];
        var ids = new HashSet<ObjectId>(footer.FrameCount);
        int at = 0;
        long offset = headLength;
        for (int i = 0; i < entries.Length; i++)
        {
            var entry = entries[i] = DecodeEntry(bytes, ref at, place);
            if (offset < 0) offset = entry.Offset;
            if (entry.Offset != offset) throw new CorruptionException(place, $"a frame at {offset}", "a gap");
            if (PackClasses.Of(entry.Kind) != packClass)
                throw new CorruptionException(place, $"frames of class {packClass}", $"{entry.Kind}");
            // An index has one place of an id in a pack: the second could hide a frame that differs from the first.
            if (!ids.Add(entry.Id)) throw new CorruptionException(place, "each id once", $"{entry.Id} twice");
            offset += entry.Length;
        }

        if (at != bytes.Length || offset != footer.TableOffset)
            throw new CorruptionException(place, "frames up to the table", $"frames up to {offset}");
        return entries;
    }

    private static PackEntry DecodeEntry(byte[] bytes, ref int at, string place)
    {
        if (bytes.Length - at < FixedRowSize) throw new CorruptionException(place, "a table row", "the end");
        var row = bytes.AsSpan(at);
        var kind = (NodeKind)row[32];
        long offset = BinaryPrimitives.ReadInt64LittleEndian(row[33..]);
        int length = BinaryPrimitives.ReadInt32LittleEndian(row[41..]);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(row[61..]);
        var (least, most) = NodeKinds.References(kind);
        bool fits = NodeKinds.IsKnown(kind) && count >= least && count <= most
            && count * ObjectId.Size <= row.Length - FixedRowSize
            && length >= FrameHeader.Size + (count * ObjectId.Size) + FrameHeader.TagSize
            && length <= Limits.MaxFrameBytes;
        if (!fits)
        {
            throw new CorruptionException(
                place, "a table row", $"kind {(int)kind}, length {length}, {count} references");
        }

        int references = (int)count * ObjectId.Size;
        var entry = new PackEntry(
            new ObjectId(row), kind, offset, length, new Id128(row[45..]),
            bytes.AsMemory(at + FixedRowSize, references));
        at += FixedRowSize + references;
        return entry;
    }
}
