namespace Coffer.FileSystem;

/// <summary>What the file system tells of one entry without opening it. Times of last access are not kept.</summary>
public readonly record struct FileMetadata
{
    public EntryType Type { get; init; }

    /// <summary>Whether <see cref="Born"/> is known.</summary>
    public bool HasBorn { get; init; }

    /// <summary>Permission bits with set-user, set-group and sticky: 0 to 07777 octal.</summary>
    public uint Mode { get; init; }

    public uint LinkCount { get; init; }

    public uint Uid { get; init; }

    public uint Gid { get; init; }

    /// <summary>Bytes; for a symbolic link those of its target.</summary>
    public long Size { get; init; }

    /// <summary>Space taken, in units of 512 bytes.</summary>
    public long Blocks { get; init; }

    public FileTime Modified { get; init; }

    public FileTime Changed { get; init; }

    public FileTime Born { get; init; }

    public ulong Inode { get; init; }

    /// <summary>The file system's device: major number high, minor number low.</summary>
    public ulong Device { get; init; }

    /// <summary>What a device node stands for: major number high, minor number low.</summary>
    public ulong NodeDevice { get; init; }

    /// <summary>The mount through which the entry was seen; 0 where the kernel does not tell.</summary>
    public ulong MountId { get; init; }

    /// <summary>The kernel's STATX_ATTR bits.</summary>
    public ulong Attributes { get; init; }

    public uint NodeMajor => (uint)(NodeDevice >> 32);

    public uint NodeMinor => (uint)NodeDevice;

    public bool IsSparse => Type == EntryType.File && Blocks * 512 < Size;

    /// <summary>The same inode of the same file system, whatever else changed.</summary>
    public bool IsSameFileAs(in FileMetadata other) =>
        Inode == other.Inode && Device == other.Device && Type == other.Type;

    /// <summary>Neither content nor metadata was touched between the two looks, as far as the system tells.</summary>
    public bool IsUnchangedFrom(in FileMetadata earlier) =>
        IsSameFileAs(earlier) && Size == earlier.Size && Modified == earlier.Modified && Changed == earlier.Changed;
}
