using System.Runtime.InteropServices;

namespace Coffer.Storage.Systems;

/// <summary>System calls of Linux under <see cref="LinuxFiles"/>; constants are those of its generic ABI.</summary>
internal static unsafe partial class LinuxCalls
{
    public const int ReadOnly = 0, WriteOnly = 1, ReadWrite = 2, Create = 0x40, Exclusive = 0x80;
    public const int NonBlocking = 0x800, CloseOnExec = 0x80000, PathOnly = 0x200000;
    public const int SeekEnd = 2;
    public const int LockExclusive = 2, LockNonBlocking = 4;
    public const int AtCurrentFolder = -100;
    public const uint NoReplace = 1;

    public const int Eperm = 1, Enoent = 2, Eintr = 4, Eio = 5, Enxio = 6, Eacces = 13, Eexist = 17, Enodev = 19;
    public const int Enotdir = 20, Einval = 22, Enospc = 28, Erofs = 30, Enosys = 38, Emlink = 31, Eopnotsupp = 95;
    public const int Enomedium = 123, Eremoteio = 121, Euclean = 117, Ebadmsg = 74, Etimedout = 110, Ehostdown = 112;
    public const int Ehostunreach = 113, Enfile = 23, Emfile = 24;
    public const int Eloop = 40, Ewouldblock = 11, Enotconn = 107, Eshutdown = 108, Estale = 116, Edquot = 122;

    /// <summary>The two flags whose numbers differ on ARM.</summary>
    public static int FolderOnly => IsArm ? 0x4000 : 0x10000;

    public static int NoFollow => IsArm ? 0x8000 : 0x20000;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(int folder, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "pwrite64", SetLastError = true)]
    public static partial nint Write(int file, byte* bytes, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "pread64", SetLastError = true)]
    public static partial nint Read(int file, byte* target, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "lseek64", SetLastError = true)]
    public static partial long Seek(int file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Sync(int file);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(int file, int operation);

    [LibraryImport("libc", EntryPoint = "faccessat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Access(int folder, string path, int mode, int flags);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeFolder(int folder, string path, uint mode);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RenameAt(int fromFolder, string from, int toFolder, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(int fromFolder, string from, int toFolder, string to);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Link(int fromFolder, string from, int toFolder, string to, int flags);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unlink(int folder, string path, int flags);
}
