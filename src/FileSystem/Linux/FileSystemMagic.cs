using System.Runtime.InteropServices;

namespace Coffer.FileSystem.Linux;

/// <summary>The file system's number (linux/magic.h) and space, by fstatfs.</summary>
internal static unsafe partial class FileSystemMagic
{
    public const ulong Btrfs = 0x9123683e, Overlay = 0x794c7630, Tmpfs = 0x01021994, Ramfs = 0x858458f6;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fstatfs(int descriptor, StatFs* result);

    /// <summary>0 where it cannot be told.</summary>
    public static ulong Of(int descriptor) => Read(descriptor, out StatFs result).IsError ? 0 : (uint)result.Type;

    public static OsError Read(int descriptor, out StatFs result)
    {
        StatFs raw = default;
        int status = fstatfs(descriptor, &raw);
        result = raw;
        return status == 0 ? OsError.None : OsError.Last();
    }

    /// <summary>struct statfs of 64-bit systems, 120 bytes.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 120)]
    internal struct StatFs
    {
        public long Type, BlockSize;
        public ulong Blocks, FreeBlocks, AvailableBlocks, Files, FreeFiles;
        public ulong FileSystemId;
        public long NameLength, FragmentSize, Flags;
    }
}
