namespace Coffer.Format.Listing;

/// <summary>
/// Field numbers of an entry. Even fields hold a varint, odd ones a block, so that a reader passes over a number it
/// does not know. On disk: numbers are never reused; an entry names those it has in one mask and gives them ascending.
/// </summary>
internal static class EntryField
{
    public const int Mode = 0;
    public const int ContentHash = 1;
    public const int Size = 2;
    public const int SymlinkTarget = 3;
    public const int Content = 4;
    public const int Extents = 5;
    public const int MtimeSeconds = 6;
    public const int HardLinkGroup = 7;
    public const int MtimeNanoseconds = 8;
    public const int ContentOffset = 10;
    public const int Ownership = 12;
    public const int Xattrs = 14;
    public const int InodeFlags = 16;
    public const int ProjectId = 18;
    public const int DeviceMajor = 20;
    public const int DeviceMinor = 22;
    public const int Marks = 24;
    public const int ExtentPageLevel = 26;

    /// <summary>The first number that this version does not know.</summary>
    public const int FirstUnknown = 27;

    public static bool IsBlock(int field) => (field & 1) == 1;
}
