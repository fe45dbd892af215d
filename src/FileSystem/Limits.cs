namespace Coffer.FileSystem;

/// <summary>Everything in this room that could grow without bound, and why it stops where it does.</summary>
internal static class Limits
{
    /// <summary>
    /// Names of one directory kept in memory; above it they go to sorted runs on disk. About 200,000 names.
    /// </summary>
    public const int DirectoryNamesBytes = 8 << 20;

    /// <summary>Names of all directories on the way down together; near it a directory spills sooner.</summary>
    public const int WalkNamesBytes = 48 << 20;

    /// <summary>A directory below this size never spills, however full the rest is.</summary>
    public const int SpillFloorBytes = 1 << 20;

    /// <summary>Read-ahead of one sorted run while it is merged.</summary>
    public const int RunBufferBytes = 16 << 10;

    /// <summary>One call's worth of directory entries; glibc and find use half of it.</summary>
    public const int DirectoryBufferBytes = 64 << 10;

    /// <summary>
    /// Directory descriptors one walk or one restore keeps open; older ones are opened again when needed.
    /// </summary>
    public const int OpenDirectories = 64;

    /// <summary>Names of a file's attributes: the kernel's XATTR_LIST_MAX.</summary>
    public const int XattrNamesBytes = 64 << 10;

    /// <summary>Value of one attribute: the kernel's XATTR_SIZE_MAX.</summary>
    public const int XattrValueBytes = 64 << 10;

    /// <summary>
    /// All attributes of a file; what comes after is left out and told. XFS would keep a gigabyte, and a set must fit
    /// one chunk.
    /// </summary>
    public const int XattrSetBytes = 15 << 20;

    /// <summary>
    /// Target of a symbolic link. Linux stores less than a page; network file systems may claim more.
    /// </summary>
    public const int LinkTargetBytes = 1 << 20;

    /// <summary>
    /// A relative path: 100 times what any tool creates. With the longest name below it, it must stay under the 1 MiB
    /// that a reader of the format takes: an entry beyond would make its whole page unreadable.
    /// </summary>
    public const int PathBytes = (1 << 20) - 4096;

    /// <summary>Text files of the kernel under /proc and /sys.</summary>
    public const int KernelTextBytes = 16 << 20;

    /// <summary>Secrets are keys and passphrases, never documents.</summary>
    public const int SecretBytes = 64 << 10;

    /// <summary>User and group names kept per walk or restore; beyond, the cache starts anew.</summary>
    public const int CachedAccounts = 10_000;

    /// <summary>What a pipe holds by default (pipe(7)).</summary>
    public const int PipeBytes = 64 << 10;

    /// <summary>What a tool tells of all logical volumes or snapshots of a machine: some 3,000 of them.</summary>
    public const int ToolOutputBytes = 1 << 20;
}
