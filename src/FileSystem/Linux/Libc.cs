using System.Runtime.InteropServices;

namespace Coffer.FileSystem.Linux;

/// <summary>The C library's calls with byte paths and descriptors. Names as in the manual pages.</summary>
internal static unsafe partial class Libc
{
    private const string Library = "libc";

    public const int AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100, AT_REMOVEDIR = 0x200, AT_SYMLINK_FOLLOW = 0x400,
        AT_NO_AUTOMOUNT = 0x800, AT_EMPTY_PATH = 0x1000;

    public const int O_RDONLY = 0, O_WRONLY = 1, O_RDWR = 2, O_CREAT = 0x40, O_EXCL = 0x80, O_TRUNC = 0x200,
        O_NONBLOCK = 0x800, O_NOATIME = 0x40000, O_CLOEXEC = 0x80000, O_PATH = 0x200000;

    /// <summary>The two flags whose numbers differ between x64 and arm64 (asm/fcntl.h).</summary>
    public static readonly int O_DIRECTORY = IsArm ? 0x4000 : 0x10000;

    public static readonly int O_NOFOLLOW = IsArm ? 0x8000 : 0x20000;

    public const int SEEK_DATA = 3, SEEK_HOLE = 4;

    public const uint RENAME_NOREPLACE = 1;

    public const int LOCK_SH = 1, LOCK_EX = 2, LOCK_NB = 4, LOCK_UN = 8;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    [LibraryImport(Library, SetLastError = true)]
    public static partial int openat(int directory, byte* path, int flags, uint mode);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int close(int descriptor);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int dup(int descriptor);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int statx(int directory, byte* path, int flags, uint mask, Statx* result);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint getdents64(int descriptor, byte* buffer, nuint bytes);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint pread(int descriptor, byte* buffer, nuint bytes, long offset);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint pwrite(int descriptor, byte* buffer, nuint bytes, long offset);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint read(int descriptor, byte* buffer, nuint bytes);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint write(int descriptor, byte* buffer, nuint bytes);

    [LibraryImport(Library, SetLastError = true)]
    public static partial long lseek(int descriptor, long offset, int whence);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int ftruncate(int descriptor, long size);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int fsync(int descriptor);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int syncfs(int descriptor);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint readlinkat(int directory, byte* path, byte* buffer, nuint bytes);

    [LibraryImport(Library, SetLastError = true)]
    public static partial byte* realpath(byte* path, byte* resolved);

    [LibraryImport(Library)]
    public static partial void free(void* memory);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int ioctl(int descriptor, nuint request, void* argument);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int fcntl(int descriptor, int command, nint argument);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int flock(int descriptor, int operation);
}
