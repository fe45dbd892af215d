namespace Coffer.FileSystem.Mounts;

/// <summary>What kind of place a mounted file system is.</summary>
public enum MountClass : byte
{
    /// <summary>On a disk of this machine.</summary>
    Local = 1,

    /// <summary>On a disk that is made to be pulled out: a memory card, anything on USB.</summary>
    Removable = 2,

    Network = 3,

    /// <summary>Gone with the power: tmpfs, ramfs.</summary>
    Memory = 4,

    /// <summary>Layers of other file systems, as in containers: inode numbers and space are not its own.</summary>
    Overlay = 5,

    /// <summary>No files at all but the kernel's or a program's view of something; never backed up.</summary>
    Pseudo = 6,
}

/// <summary>One line of the mount table.</summary>
public sealed record Mount
{
    public required ulong Id { get; init; }

    public required ulong ParentId { get; init; }

    /// <summary>
    /// Major number high, minor number low, as in <see cref="FileMetadata.Device"/>; major 0 has no block device.
    /// </summary>
    public required ulong Device { get; init; }

    /// <summary>
    /// The directory of the file system that is mounted here: "/" unless a bind mount or a subvolume.
    /// </summary>
    public required byte[] RootWithin { get; init; }

    /// <summary>Absolute path in bytes.</summary>
    public required byte[] MountPoint { get; init; }

    /// <summary>The kernel's name of the file system: "ext4", "fuse.sshfs".</summary>
    public required string FileSystemType { get; init; }

    /// <summary>A device path, "host:/export", or whatever the file system calls it.</summary>
    public required byte[] Source { get; init; }

    /// <summary>Options of this mount, then those of the file system, separated by commas.</summary>
    public required string Options { get; init; }

    public required bool IsReadOnly { get; init; }

    public uint Major => (uint)(Device >> 32);

    public uint Minor => (uint)Device;

    public MountClass Class => MountClasses.Of(this);

    public bool IsPseudo => Class == MountClass.Pseudo;

    /// <summary>A single file is mounted, as containers do with /etc/hosts: there is nothing to walk.</summary>
    public bool IsFile =>
        !SystemPaths.Stat(MountPoint, out var metadata).IsError && metadata.Type != EntryType.Directory;

    /// <summary>A path below the mount point, made relative to it; both absolute, no link in between.</summary>
    public byte[] Relative(ReadOnlySpan<byte> path)
    {
        int skipped = MountPoint.Length == 1 ? 1 : MountPoint.Length + 1;
        return path.Length <= skipped ? [] : path[skipped..].ToArray();
    }
}
