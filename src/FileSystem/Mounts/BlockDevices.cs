using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Mounts;

/// <summary>
/// Block devices as /sys shows them: what lies under a partition, a volume group, a RAID, a loop device.
/// </summary>
/// <param name="sys">Where sysfs is mounted; tests have one of their own making.</param>
internal sealed class BlockDevices(string sys)
{
    private const int DeepestStack = 16;

    public static BlockDevices Live { get; } = new("/sys");

    /// <summary>
    /// Kernel names ("sda", "nvme0n1") of the disks that hold a mount; empty when there are none to see.
    /// </summary>
    public IReadOnlySet<string> DisksOf(Mount mount, MountTable table)
    {
        var disks = new SortedSet<string>(StringComparer.Ordinal);
        AddMount(mount, table, disks, 0);
        return disks;
    }

    /// <summary>
    /// One of its disks is made to be pulled out: a medium in a drive, a memory card, anything on USB, or below a port
    /// that the firmware calls external (Thunderbolt), whatever lies between it and the file system.
    /// </summary>
    public bool IsRemovable(Mount mount)
    {
        var disks = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string device in DevicesOf(mount)) AddDevice(device, null, disks, 0);
        return disks.Any(IsRemovable);
    }

    private void AddMount(Mount mount, MountTable table, SortedSet<string> disks, int depth)
    {
        if (depth > DeepestStack) return;
        foreach (string device in DevicesOf(mount)) AddDevice(device, table, disks, depth + 1);
        if (mount.Class == MountClass.Overlay && OptionOf(mount, "upperdir=") is { } upper)
            AddPath(upper, table, disks, depth + 1);
    }

    private void AddPath(string path, MountTable table, SortedSet<string> disks, int depth)
    {
        OsError error = SystemPaths.Resolve(System.Text.Encoding.UTF8.GetBytes(path), out byte[] resolved);
        if (!error.IsError) AddMount(table.Of(resolved), table, disks, depth);
    }

    // A device is a folder of /sys/dev/block; a partition's parent folder is its disk, slaves are what it is made of.
    private void AddDevice(string folder, MountTable? table, SortedSet<string> disks, int depth)
    {
        if (depth > DeepestStack || !Directory.Exists(folder)) return;
        string real = RealFolder(folder);
        if (File.Exists(Path.Combine(real, "partition"))) real = Path.GetDirectoryName(real)!;
        string slaves = Path.Combine(real, "slaves");
        string[] parts = Directory.Exists(slaves) ? Directory.GetFileSystemEntries(slaves) : [];
        foreach (string part in parts) AddDevice(part, table, disks, depth + 1);
        if (parts.Length > 0) return;
        string backing = ReadText(Path.Combine(real, "loop", "backing_file"));
        if (backing.Length > 0 && table is not null) AddPath(backing, table, disks, depth + 1);
        else disks.Add(Path.GetFileName(real));
    }

    private IEnumerable<string> DevicesOf(Mount mount)
    {
        if (mount.Major != 0) return [$"{sys}/dev/block/{mount.Major}:{mount.Minor}"];
        // btrfs and others show a number of their own: the source names one device, /sys all of them.
        ulong device = SystemPaths.BlockDeviceAt(mount.Source);
        if (device == 0) return [];
        string one = $"{sys}/dev/block/{(uint)(device >> 32)}:{(uint)device}";
        if (mount.FileSystemType != "btrfs" || !Directory.Exists(Path.Combine(sys, "fs/btrfs"))) return [one];
        string name = Path.GetFileName(RealFolder(one));
        foreach (string pool in Directory.GetDirectories(Path.Combine(sys, "fs/btrfs")))
        {
            string members = Path.Combine(pool, "devices");
            if (Path.Exists(Path.Combine(members, name))) return Directory.GetFileSystemEntries(members);
        }

        return [one];
    }

    private static string RealFolder(string folder) =>
        Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName ?? folder;

    private bool IsRemovable(string disk)
    {
        string folder = RealFolder($"{sys}/block/{disk}");
        if (ReadText(Path.Combine(folder, "removable")) == "1" || ReadText(Path.Combine(folder, "device/type")) == "SD")
            return true;
        if (folder.AsSpan(Math.Min(sys.Length, folder.Length)).Contains("/usb", StringComparison.Ordinal)) return true;
        // Ports tell in words (ABI/testing/sysfs-devices-removable), block devices in digits.
        for (string? port = folder; port is not null && port.Length > sys.Length; port = Path.GetDirectoryName(port))
            if (ReadText(Path.Combine(port, "removable")) == "removable") return true;
        return false;
    }

    private static string? OptionOf(Mount mount, string name) => mount.Options.Split(',')
        .FirstOrDefault(o => o.StartsWith(name, StringComparison.Ordinal))?[name.Length..];

    private static string ReadText(string path) =>
        Descriptors.ReadFile(path, 4096, out byte[] content).IsError
            ? "" : MountClasses.Text(content).TrimEnd('\n', '\0');
}
