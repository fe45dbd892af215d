namespace Coffer.Format;

/// <summary>
/// Every maximum of the format, with its reason. A reader refuses what lies beyond before it allocates anything.
/// </summary>
public static class Limits
{
    /// <summary>
    /// Plain bytes of one frame: four times the largest chunk, so that sizes may grow without a new version.
    /// </summary>
    public const int MaxPlainBytes = 16 << 20;

    /// <summary>
    /// References of one frame: a tree page has at most 1,024; a listing page of tiny holes-and-data files more.
    /// </summary>
    public const int MaxReferences = 16_384;

    /// <summary>Stored bytes of one body: plain bytes that did not compress, and the tag.</summary>
    public const int MaxStoredBytes = MaxPlainBytes + 16;

    /// <summary>One whole frame.</summary>
    public const int MaxFrameBytes = Frames.FrameHeader.Size + (MaxReferences * 32) + MaxStoredBytes;

    /// <summary>
    /// A pack is closed once it is this long: large enough for few files, small enough to be sent again.
    /// </summary>
    public const int PackTargetBytes = 32 << 20;

    /// <summary>A pack may exceed its target by its last frame, its table and its envelopes.</summary>
    public const long MaxPackBytes = 128L << 20;

    /// <summary>
    /// Frames of one pack: bounds the table that a reader loads (pages of 100 bytes would need 335,000).
    /// </summary>
    public const int MaxPackFrames = 400_000;

    /// <summary>Envelopes carried by one pack or point: one per kind, and room for kinds to come.</summary>
    public const int MaxEnvelopes = 8;

    /// <summary>One envelope's bytes; today's are under 400.</summary>
    public const int MaxEnvelopeBytes = 4096;

    /// <summary>
    /// A name in a directory. Linux allows 255 bytes; Windows 255 UTF-16 units, up to 765 bytes as UTF-8.
    /// </summary>
    public const int MaxNameBytes = 1024;

    /// <summary>
    /// A path below a volume. Linux trees may be deeper than PATH_MAX; this bounds a hostile listing.
    /// </summary>
    public const int MaxPathBytes = 1 << 20;

    /// <summary>Levels of a path: every level costs at least two bytes of <see cref="MaxPathBytes"/>.</summary>
    public const int MaxPathDepth = MaxPathBytes / 2;

    /// <summary>Entries of one listing page: the maximum page of the smallest entries.</summary>
    public const int MaxPageEntries = 65_536;

    /// <summary>An extended attribute set above this many bytes is a chunk of its own.</summary>
    public const int InlineXattrBytes = 4096;

    /// <summary>
    /// Levels of a tree of pages: 64 children a page on average, so ten levels hold more than any disk.
    /// </summary>
    public const int MaxTreeLevels = 16;

    /// <summary>
    /// First paths of one tree page together: 1,024 children of PATH_MAX, and room for one of the longest.
    /// </summary>
    public const int MaxTreePathBytes = 8 << 20;

    /// <summary>Pages of one listing: 2^36, far beyond any disk; sums over 1,024 children stay below 2^63.</summary>
    public const ulong MaxListingPages = 1ul << 36;

    /// <summary>Children of one tree page.</summary>
    public const int MaxTreeChildren = 1024;

    /// <summary>Extents of one extent page.</summary>
    public const int MaxPageExtents = 1024;

    /// <summary>A file with more extents than this keeps them in extent pages.</summary>
    public const int MaxEntryExtents = 32;

    /// <summary>One record: a policy with thousands of paths fits.</summary>
    public const int MaxRecordBytes = 4 << 20;
}
