using Coffer.Domain;
using Coffer.Format;
using Coffer.Format.Hashing;
using Coffer.Format.Listing;

namespace Coffer.Agent.Browsing;

/// <summary>Short stand-ins for what an entry says, to compare entries that lie in different pages.</summary>
internal static class EntryPrint
{
    /// <summary>
    /// By the content hash where there is one: the same bytes may lie in different bundles. Else by where they lie,
    /// which is the same for the same bytes of a large file as long as it was cut by the same rules.
    /// </summary>
    public static ObjectId OfContent(ListingPageReader entry)
    {
        var bytes = new ByteWriter();
        ref readonly var fields = ref entry.Fields;
        bytes.Varint(fields.Size);
        if (fields.HasContentHash)
        {
            bytes.Byte(1);
            bytes.Bytes(fields.ContentHash.ToArray());
            return Hash(bytes);
        }

        bytes.Byte((byte)((int)fields.Shape << 4));
        if (fields.Shape is ContentShape.Whole or ContentShape.Paged) Id(bytes, fields.Content);
        bytes.Varint(fields.ContentOffset);
        foreach (ref readonly var extent in entry.Extents)
        {
            bytes.Varint(extent.Gap);
            bytes.Varint(extent.Length);
            Id(bytes, extent.Chunk);
            bytes.Varint(extent.Offset);
        }

        bytes.Byte((byte)(fields.Marks & EntryMarks.ContentMissing));
        return Hash(bytes);
    }

    public static ObjectId OfMetadata(ListingPageReader entry)
    {
        var bytes = new ByteWriter();
        ref readonly var fields = ref entry.Fields;
        bytes.Varint(fields.Mode);
        bytes.Zigzag(fields.MtimeSeconds);
        bytes.Varint(fields.MtimeNanoseconds);
        bytes.Varint(fields.InodeFlags);
        bytes.Varint(fields.ProjectId);
        bytes.Varint(fields.DeviceMajor);
        bytes.Varint(fields.DeviceMinor);
        bytes.Varint(entry.Owner.UserId);
        bytes.Varint(entry.Owner.GroupId);
        bytes.Block(entry.SymlinkTarget);
        if (entry.Xattrs is { } xattrs)
        {
            bytes.Block(xattrs.Encoded);
            Id(bytes, xattrs.Chunk);
        }

        return Hash(bytes);
    }

    private static void Id(ByteWriter bytes, ObjectId id)
    {
        Span<byte> raw = stackalloc byte[ObjectId.Size];
        id.CopyTo(raw);
        bytes.Bytes(raw);
    }

    private static ObjectId Hash(ByteWriter bytes)
    {
        Span<byte> hash = stackalloc byte[ObjectId.Size];
        Blake3.Hash(bytes.Written, hash);
        return new ObjectId(hash);
    }
}
