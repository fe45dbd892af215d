using Coffer.Domain;

namespace Coffer.Format.Listing;

/// <summary>What an entry says besides its metadata. Bits are never reused.</summary>
[Flags]
public enum EntryMarks : byte
{
    None = 0,

    /// <summary>A folder above a selected path: only the way to it, its other contents were not selected.</summary>
    WayOnly = 1,

    /// <summary>
    /// The content could not be read; the job listed why. Metadata stands, restoring the content does not.
    /// </summary>
    ContentMissing = 2,

    /// <summary>The file went on changing while it was read, so its bytes may be of several moments.</summary>
    ChangedWhileRead = 4,
}

/// <summary>Where an entry's bytes are.</summary>
public enum ContentShape : byte
{
    /// <summary>No bytes: not a regular file, an empty one, or one whose content is missing.</summary>
    None = 0,

    /// <summary>All bytes lie in one chunk, one after the other.</summary>
    Whole = 1,

    /// <summary>A short list of extents within the entry.</summary>
    Extents = 2,

    /// <summary>An extent page.</summary>
    Paged = 3,
}

/// <summary>The fixed-size part of an entry, in the order in which a listing page holds it.</summary>
public struct EntryFields
{
    /// <summary>st_mode: type and permission bits.</summary>
    public uint Mode;

    public EntryMarks Marks;

    /// <summary>Bytes; 0 for all but regular files.</summary>
    public ulong Size;

    /// <summary>Seconds since 1970, signed, any year.</summary>
    public long MtimeSeconds;

    /// <summary>0 to 999,999,999.</summary>
    public uint MtimeNanoseconds;

    /// <summary>FS_*_FL bits that a user can set.</summary>
    public uint InodeFlags;

    public uint ProjectId;
    public uint DeviceMajor;
    public uint DeviceMinor;

    /// <summary>Keyed hash of the path of the group's first captured name; 0: a single name.</summary>
    public ulong HardLinkGroup;

    public bool HasContentHash;

    /// <summary>First 16 bytes of the keyed BLAKE3 of the content.</summary>
    public Id128 ContentHash;

    public ContentShape Shape;

    /// <summary>
    /// For <see cref="ContentShape.Whole"/> the chunk, for <see cref="ContentShape.Paged"/> the top page.
    /// </summary>
    public ObjectId Content;

    /// <summary>First byte within the chunk, for <see cref="ContentShape.Whole"/>.</summary>
    public uint ContentOffset;

    /// <summary>Level of the top extent page, from 1.</summary>
    public int ExtentPageLevel;

    public readonly bool IsDirectory => (Mode & 0xF000) == 0x4000;

    public readonly bool IsRegular => (Mode & 0xF000) == 0x8000;

    public readonly bool IsSymlink => (Mode & 0xF000) == 0xA000;

    public readonly bool IsDevice => (Mode & 0xF000) is 0x2000 or 0x6000;
}

/// <summary>
/// What only tells change; lives in the change page, so that a cloned tree still shares its listing pages.
/// </summary>
public struct ChangeFields
{
    public long CtimeSeconds;
    public uint CtimeNanoseconds;
    public long BirthSeconds;
    public uint BirthNanoseconds;
    public ulong Inode;

    /// <summary>Changed so late that a later change might not show: it is read again next time.</summary>
    public bool IsUnsettled;
}

/// <summary>A run of a file's bytes within one chunk.</summary>
/// <param name="Gap">Bytes of hole since the end of the extent before.</param>
/// <param name="Length">Bytes, at least 1.</param>
/// <param name="Offset">First byte within the chunk's plain bytes.</param>
public readonly record struct Extent(ulong Gap, ulong Length, ObjectId Chunk, uint Offset);
