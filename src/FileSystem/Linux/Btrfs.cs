
namespace Coffer.FileSystem.Linux;

/// <summary>
/// btrfs ioctls (linux/btrfs.h). Structures of 4,096 bytes, numbers little endian on the machines we run on.
/// </summary>
internal static unsafe class Btrfs
{
    private const nuint InodeLookup = 0xd000_9412, SnapshotCreate = 0x5000_9417, SnapshotDestroy = 0x5000_940f,
        FileSystemInfo = 0x8400_941f;

    private const ulong SubvolumeRootInode = 256, ReadOnlySnapshot = 2;
    private const int ArgumentBytes = 4096, NameLimit = 4039, NameOffset = 56, ShortNameOffset = 8;

    /// <summary>The subvolume that an open directory belongs to; null where it is not btrfs.</summary>
    public static ulong? SubvolumeIdOf(int descriptor)
    {
        byte* argument = stackalloc byte[ArgumentBytes];
        new Span<byte>(argument, ArgumentBytes).Clear();
        ((ulong*)argument)[1] = SubvolumeRootInode; // tree id 0 asks for the containing one, allowed to everybody
        return Libc.ioctl(descriptor, InodeLookup, argument) == 0 ? ((ulong*)argument)[0] : null;
    }

    public static bool TryReadUuid(int descriptor, Span<byte> uuid)
    {
        byte* argument = stackalloc byte[1024];
        new Span<byte>(argument, 1024).Clear();
        if (Libc.ioctl(descriptor, FileSystemInfo, argument) != 0) return false;
        new ReadOnlySpan<byte>(argument + 16, 16).CopyTo(uuid);
        return true;
    }

    /// <summary>
    /// A read-only snapshot of an open subvolume root, as a new name in an open directory of the same volume.
    /// </summary>
    public static OsError CreateSnapshot(int subvolume, int folder, ReadOnlySpan<byte> name)
    {
        if (name.Length > NameLimit) return OsError.FromErrno(Errno.ENAMETOOLONG);
        byte* argument = stackalloc byte[ArgumentBytes];
        new Span<byte>(argument, ArgumentBytes).Clear();
        *(long*)argument = subvolume;
        ((ulong*)argument)[2] = ReadOnlySnapshot;
        name.CopyTo(new Span<byte>(argument + NameOffset, NameLimit));
        return Libc.ioctl(folder, SnapshotCreate, argument) == 0 ? OsError.None : OsError.Last();
    }

    public static OsError Destroy(int folder, ReadOnlySpan<byte> name)
    {
        if (name.Length >= ArgumentBytes - ShortNameOffset) return OsError.FromErrno(Errno.ENAMETOOLONG);
        byte* argument = stackalloc byte[ArgumentBytes];
        new Span<byte>(argument, ArgumentBytes).Clear();
        name.CopyTo(new Span<byte>(argument + ShortNameOffset, ArgumentBytes - ShortNameOffset));
        return Libc.ioctl(folder, SnapshotDestroy, argument) == 0 ? OsError.None : OsError.Last();
    }
}
