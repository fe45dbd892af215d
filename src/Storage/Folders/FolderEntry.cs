namespace Coffer.Storage.Folders;

/// <summary>What <c>statx</c> tells of a file, folder or link.</summary>
/// <param name="Mode">Type and permissions.</param>
internal readonly record struct FolderEntry(uint User, uint Group, uint Links, ushort Mode)
{
    private const int TypeMask = 0xF000, RegularFile = 0x8000;

    public bool IsRegular => (Mode & TypeMask) == RegularFile;

    /// <summary>
    /// A file with this one name, of <paramref name="owner"/> or of this process's user: nobody else is hurt by
    /// writing it. Some file systems count no names and say 0.
    /// </summary>
    public bool IsPlainFileOf(uint owner) =>
        IsRegular && Links <= 1 && (User == owner || User == FolderCalls.EffectiveUser());
}
