using System.Runtime.InteropServices;

namespace Coffer.FileSystem.Linux;

[StructLayout(LayoutKind.Sequential)]
internal struct StatxTime
{
    public long Seconds;
    public uint Nanoseconds;
    private readonly int _reserved;

    public readonly FileTime ToFileTime() => new(Seconds, Nanoseconds);
}

/// <summary>struct statx of linux/stat.h: one layout on every architecture, 256 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Size = 256)]
internal struct Statx
{
    public uint Mask, BlockSize;
    public ulong Attributes;
    public uint LinkCount, Uid, Gid;
    public ushort Mode;
    private readonly ushort _pad;
    public ulong Inode, Size, Blocks, AttributesMask;
    public StatxTime Accessed, Born, Changed, Modified;
    public uint NodeMajor, NodeMinor, DeviceMajor, DeviceMinor;
    public ulong MountId;

    public const uint MaskBorn = 0x800, MaskMountId = 0x1000;

    /// <summary>Basic statistics without the access time, birth time, mount id.</summary>
    public const uint Wanted = (0x7ff & ~0x20u) | MaskBorn | MaskMountId;

    public readonly FileMetadata ToMetadata() => new()
    {
        Type = TypeOf(Mode),
        HasBorn = (Mask & MaskBorn) != 0,
        Mode = Mode & 0xfffu,
        LinkCount = LinkCount,
        Uid = Uid,
        Gid = Gid,
        Size = (long)Size,
        Blocks = (long)Blocks,
        Modified = Modified.ToFileTime(),
        Changed = Changed.ToFileTime(),
        Born = Born.ToFileTime(),
        Inode = Inode,
        Device = ((ulong)DeviceMajor << 32) | DeviceMinor,
        NodeDevice = ((ulong)NodeMajor << 32) | NodeMinor,
        MountId = (Mask & MaskMountId) != 0 ? MountId : 0,
        Attributes = Attributes,
    };

    public static EntryType TypeOf(uint mode) => (mode & 0xf000) switch
    {
        0x8000 => EntryType.File,
        0x4000 => EntryType.Directory,
        0xa000 => EntryType.SymbolicLink,
        0x1000 => EntryType.Fifo,
        0xc000 => EntryType.Socket,
        0x2000 => EntryType.CharacterDevice,
        0x6000 => EntryType.BlockDevice,
        _ => EntryType.Unknown,
    };

    /// <summary>d_type of a directory entry: the file type bits of the mode, shifted down by 12.</summary>
    public static EntryType TypeOfDirent(byte type) => TypeOf((uint)type << 12);

    /// <summary>
    /// Looks at a name below a directory; a symbolic link is not followed, an automount not triggered.
    /// </summary>
    /// <remarks>
    /// Synchronises like stat: on local file systems that costs nothing, on network ones stale attributes would
    /// make a changed file look unchanged.
    /// </remarks>
    public static unsafe OsError Of(int directory, byte* name, out FileMetadata metadata)
    {
        const int flags = Libc.AT_SYMLINK_NOFOLLOW | Libc.AT_NO_AUTOMOUNT;
        Statx raw;
        if (Libc.statx(directory, name, flags, Wanted, &raw) != 0)
        {
            metadata = default;
            return OsError.Last();
        }

        metadata = raw.ToMetadata();
        return OsError.None;
    }

    /// <summary>Looks at what a descriptor stands for, O_PATH ones included.</summary>
    public static unsafe OsError Of(int descriptor, out FileMetadata metadata)
    {
        byte empty = 0;
        Statx raw;
        if (Libc.statx(descriptor, &empty, Libc.AT_EMPTY_PATH | Libc.AT_SYMLINK_NOFOLLOW, Wanted, &raw) != 0)
        {
            metadata = default;
            return OsError.Last();
        }

        metadata = raw.ToMetadata();
        return OsError.None;
    }
}
