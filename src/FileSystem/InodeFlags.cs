namespace Coffer.FileSystem;

/// <summary>
/// Inode flags as chattr shows them, with the numbers of FS_IOC_GETFLAGS (linux/fs.h). Only those that a person
/// can set are named; <see cref="InodeFlagsSet.Restorable"/> masks the rest (on-disk layout marks) away.
/// </summary>
[Flags]
public enum InodeFlags : uint
{
    None = 0,
    SecureDelete = 0x1,
    Undelete = 0x2,
    Compress = 0x4,
    Synchronous = 0x8,
    Immutable = 0x10,
    AppendOnly = 0x20,
    NoDump = 0x40,
    NoAccessTime = 0x80,
    NoCompress = 0x400,
    JournalData = 0x4000,
    NoTail = 0x8000,
    SynchronousDirectory = 0x1_0000,
    TopOfHierarchy = 0x2_0000,
    NoCopyOnWrite = 0x80_0000,
    DirectAccess = 0x200_0000,
    ProjectInherit = 0x2000_0000,
    CaseFold = 0x4000_0000,
}

public static class InodeFlagsSet
{
    /// <summary>The flags that are captured and given back.</summary>
    public const InodeFlags Restorable = InodeFlags.SecureDelete | InodeFlags.Undelete | InodeFlags.Compress
        | InodeFlags.Synchronous | InodeFlags.Immutable | InodeFlags.AppendOnly | InodeFlags.NoDump
        | InodeFlags.NoAccessTime | InodeFlags.NoCompress | InodeFlags.JournalData | InodeFlags.NoTail
        | InodeFlags.SynchronousDirectory | InodeFlags.TopOfHierarchy | InodeFlags.NoCopyOnWrite
        | InodeFlags.DirectAccess | InodeFlags.ProjectInherit | InodeFlags.CaseFold;
}
