using System.Runtime.InteropServices;

namespace Coffer.FileSystem.Linux;

[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    public long Seconds;
    public long Nanoseconds;

    /// <summary>UTIME_OMIT: leave this one of the two times as it is.</summary>
    public static readonly TimeSpec Omit = new() { Nanoseconds = (1 << 30) - 2 };

    public static TimeSpec Of(FileTime time) => new() { Seconds = time.Seconds, Nanoseconds = time.Nanoseconds };
}

/// <summary>The calls that change something.</summary>
internal static unsafe partial class Libc
{
    [LibraryImport(Library, SetLastError = true)]
    public static partial int mkdirat(int directory, byte* path, uint mode);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int mknodat(int directory, byte* path, uint mode, ulong device);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int symlinkat(byte* target, int directory, byte* path);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int linkat(int fromDirectory, byte* from, int toDirectory, byte* to, int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int unlinkat(int directory, byte* path, int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int renameat(int fromDirectory, byte* from, int toDirectory, byte* to);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int renameat2(int fromDirectory, byte* from, int toDirectory, byte* to, uint flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint copy_file_range(
        int from, long* fromOffset, int to, long* toOffset, nuint bytes, uint flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int fchown(int descriptor, uint uid, uint gid);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int fchownat(int directory, byte* path, uint uid, uint gid, int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int fchmod(int descriptor, uint mode);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int chmod(byte* path, uint mode);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int futimens(int descriptor, TimeSpec* times);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int utimensat(int directory, byte* path, TimeSpec* times, int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint flistxattr(int descriptor, byte* names, nuint bytes);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint llistxattr(byte* path, byte* names, nuint bytes);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint listxattr(byte* path, byte* names, nuint bytes);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint fgetxattr(int descriptor, byte* name, byte* value, nuint bytes);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint lgetxattr(byte* path, byte* name, byte* value, nuint bytes);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint getxattr(byte* path, byte* name, byte* value, nuint bytes);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int fsetxattr(int descriptor, byte* name, byte* value, nuint bytes, int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int setxattr(byte* path, byte* name, byte* value, nuint bytes, int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int fremovexattr(int descriptor, byte* name);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int removexattr(byte* path, byte* name);

    [LibraryImport(Library)]
    public static partial uint geteuid();

    [LibraryImport(Library)]
    public static partial uint getegid();

    [LibraryImport(Library)]
    public static partial int getpid();

    [LibraryImport(Library, SetLastError = true)]
    public static partial int kill(int process, int signal);
}
