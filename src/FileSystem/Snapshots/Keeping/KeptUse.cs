using System.Runtime.InteropServices;
using Coffer.FileSystem.Linux;
using Coffer.FileSystem.Walking;

namespace Coffer.FileSystem.Snapshots.Keeping;

/// <summary>
/// Who reads a local point, told by locks on its root folder, which the system lets go of with the process:
/// 1. Whoever reads it holds a shared flock; who removes it must have it alone.
/// 2. The backup that took it holds a lock of its first byte besides, for others to see and for nothing else.
/// </summary>
internal static unsafe class KeptUse
{
    private const int GetLock = 36, SetLock = 37; // F_OFD_GETLK, F_OFD_SETLK: of the open file, not of the process
    private const short ReadLock = 0, WriteLock = 1, NoLock = 2;

    /// <summary>Closes it where it cannot be had: it is being removed.</summary>
    public static OsError Hold(ref VolumeRoot? root)
    {
        OsError error = Libc.flock(root!.Descriptor, Libc.LOCK_SH | Libc.LOCK_NB) == 0 ? OsError.None : OsError.Last();
        if (!error.IsError) return error;
        root.Dispose();
        root = null;
        return error;
    }

    /// <summary>False: somebody reads it.</summary>
    public static bool TryClaim(VolumeRoot root) => Libc.flock(root.Descriptor, Libc.LOCK_EX | Libc.LOCK_NB) == 0;

    public static void MarkBackedUp(VolumeRoot root)
    {
        var wanted = new FileRange { Type = ReadLock, Length = 1 };
        _ = Libc.fcntl(root.Descriptor, SetLock, (nint)(&wanted));
    }

    public static bool IsBackedUp(VolumeRoot root)
    {
        var asked = new FileRange { Type = WriteLock, Length = 1 };
        return Libc.fcntl(root.Descriptor, GetLock, (nint)(&asked)) == 0 && asked.Type != NoLock;
    }

    /// <summary>struct flock of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct FileRange
    {
        public short Type, Whence;
        public long Start, Length;
        public int Process;
    }
}
