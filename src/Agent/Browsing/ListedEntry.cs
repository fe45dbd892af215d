using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.Format.Listing;

namespace Coffer.Agent.Browsing;

/// <summary>One entry of a point, copied out of its page.</summary>
public sealed record ListedEntry
{
    /// <summary>Absolute, as raw bytes.</summary>
    public required byte[] Path { get; init; }

    /// <summary>Type, mode, size, times, marks and device numbers, as stored.</summary>
    public required EntryFields Fields { get; init; }

    public required Ownership Owner { get; init; }

    /// <summary>Of a symbolic link; else empty.</summary>
    public byte[] LinkTarget { get; init; } = [];

    /// <summary>Bytes of its extended attributes; 0 where it has none.</summary>
    public int XattrBytes { get; init; }

    /// <summary>Not captured itself, only the way to a selected path or to where a volume was mounted.</summary>
    public bool IsWay { get; init; }

    /// <summary>Equal where the bytes are equal as far as the listing tells.</summary>
    public ObjectId ContentPrint { get; init; }

    /// <summary>Equal where all captured metadata but the path is equal.</summary>
    public ObjectId MetadataPrint { get; init; }

    public EntryType Type => TypeOf(Fields.Mode);

    public FileTime Modified => new(Fields.MtimeSeconds, Fields.MtimeNanoseconds);

    public ReadOnlySpan<byte> Name => PathOrder.Name(Path);

    internal static EntryType TypeOf(uint mode) => (mode & 0xf000) switch
    {
        0x8000 => EntryType.File,
        0x4000 => EntryType.Directory,
        0xa000 => EntryType.SymbolicLink,
        0x1000 => EntryType.Fifo,
        0xc000 => EntryType.Socket,
        0x2000 => EntryType.CharacterDevice,
        0x6000 => EntryType.BlockDevice,
        _ => EntryType.Unknown,
    };

    internal static ListedEntry Of(ListingPageReader entry, ReadOnlySpan<byte> mountKey) => new()
    {
        Path = AbsolutePath.FromKey(AbsolutePath.Join(mountKey, entry.Path)),
        Fields = entry.Fields,
        Owner = entry.Owner,
        LinkTarget = entry.SymlinkTarget.ToArray(),
        XattrBytes = entry.Xattrs?.Length ?? 0,
        IsWay = (entry.Fields.Marks & EntryMarks.WayOnly) != 0,
        ContentPrint = EntryPrint.OfContent(entry),
        MetadataPrint = EntryPrint.OfMetadata(entry),
    };

    /// <summary>A folder that no volume captured: only the way to where one was mounted.</summary>
    internal static ListedEntry Way(ReadOnlySpan<byte> key) => new()
    {
        Path = AbsolutePath.FromKey(key),
        Fields = new EntryFields { Mode = 0x4000 | 0x1ed, Marks = EntryMarks.WayOnly },
        Owner = new Ownership(0, [], 0, []),
        IsWay = true,
    };
}
