using Coffer.FileSystem.Mounts;

namespace Coffer.FileSystem.Linux;

/// <summary>
/// The UUID of a mounted file system, asked of the file system itself first: that needs neither root nor udev.
/// </summary>
internal static unsafe class VolumeUuid
{
    private const nuint AnyFileSystem = 0x8011_1500; // FS_IOC_GETFSUUID, Linux 6.9
    private const nuint Ext4 = 0x8008_662c; // EXT4_IOC_GETFSUUID: length u32, flags u32, uuid
    private const nuint XfsGeometry = 0x8070_5864; // XFS_IOC_FSGEOMETRY_V1: uuid at 64 of 112 bytes
    private const string Links = "/dev/disk/by-uuid";

    public static string? Read(int descriptor)
    {
        byte* buffer = stackalloc byte[128];
        new Span<byte>(buffer, 128).Clear();
        if (Libc.ioctl(descriptor, AnyFileSystem, buffer) == 0 && buffer[0] is 16)
            return Format(new ReadOnlySpan<byte>(buffer + 1, 16));
        if (Btrfs.TryReadUuid(descriptor, new Span<byte>(buffer, 16)))
            return Format(new ReadOnlySpan<byte>(buffer, 16));
        new Span<byte>(buffer, 128).Clear();
        *(uint*)buffer = 16;
        if (Libc.ioctl(descriptor, Ext4, buffer) == 0) return Format(new ReadOnlySpan<byte>(buffer + 8, 16));
        return Libc.ioctl(descriptor, XfsGeometry, buffer) == 0
            ? Format(new ReadOnlySpan<byte>(buffer + 64, 16)) : null;
    }

    /// <summary>For file systems that do not tell (vfat, ntfs): udev's links, by the number of the device.</summary>
    public static string? FromDeviceLinks(Mount mount)
    {
        ulong device = mount.Major != 0 ? mount.Device : SystemPaths.BlockDeviceAt(mount.Source);
        if (device == 0 || !Directory.Exists(Links)) return null;
        foreach (string link in Directory.GetFileSystemEntries(Links))
        {
            if (SystemPaths.BlockDeviceAt(System.Text.Encoding.UTF8.GetBytes(link)) == device)
                return Path.GetFileName(link);
        }

        return null;
    }

    // An all-zero UUID is none: tmpfs and overlay answer that way.
    private static string? Format(ReadOnlySpan<byte> uuid) =>
        uuid.ContainsAnyExcept((byte)0) ? new Guid(uuid, bigEndian: true).ToString() : null;
}
