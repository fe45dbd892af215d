using System.Runtime.InteropServices;

namespace Coffer.FileSystem.Linux;

/// <summary>
/// Inode flags and project id by ioctl (linux/fs.h); wants a real descriptor, O_PATH ones answer EBADF.
/// </summary>
internal static unsafe class InodeAttributes
{
    private static readonly nuint GetFlags = IntPtr.Size == 8 ? 0x8008_6601u : 0x8004_6601u;
    private static readonly nuint SetFlags = IntPtr.Size == 8 ? 0x4008_6602u : 0x4004_6602u;
    private const uint GetXattr = 0x801c_581f, SetXattr = 0x401c_5820;

    /// <summary>Zero where the file system has neither.</summary>
    public static void Read(int descriptor, out InodeFlags flags, out uint projectId)
    {
        long raw = 0; // the kernel writes 32 bits, whatever the request's size says
        flags = Libc.ioctl(descriptor, GetFlags, &raw) == 0
            ? (InodeFlags)(uint)raw & InodeFlagsSet.Restorable
            : InodeFlags.None;
        FileSystemXattr extended = default;
        projectId = Libc.ioctl(descriptor, GetXattr, &extended) == 0 ? extended.ProjectId : 0;
    }

    /// <summary>Changes the flags that a person can set and leaves the file system's own alone.</summary>
    public static OsError WriteFlags(int descriptor, InodeFlags flags)
    {
        long raw = 0;
        if (Libc.ioctl(descriptor, GetFlags, &raw) != 0) return OsError.Last();
        long wanted = (uint)raw & ~(uint)InodeFlagsSet.Restorable | (uint)(flags & InodeFlagsSet.Restorable);
        if (wanted == (uint)raw) return OsError.None;
        return Libc.ioctl(descriptor, SetFlags, &wanted) == 0 ? OsError.None : OsError.Last();
    }

    public static OsError WriteProjectId(int descriptor, uint projectId)
    {
        FileSystemXattr extended = default;
        if (Libc.ioctl(descriptor, GetXattr, &extended) != 0) return OsError.Last();
        if (extended.ProjectId == projectId) return OsError.None;
        extended.ProjectId = projectId;
        return Libc.ioctl(descriptor, SetXattr, &extended) == 0 ? OsError.None : OsError.Last();
    }

    /// <summary>struct fsxattr, 28 bytes.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 28)]
    private struct FileSystemXattr
    {
        public uint Flags, ExtentSize, Extents, ProjectId, CopyExtentSize;

    }
}
