namespace Coffer.FileSystem.Mounts;

/// <summary>Whether two places would be lost together.</summary>
public static class Disks
{
    /// <summary>
    /// Kernel names of the physical disks under both absolute paths, through partitions, LVM, RAID, encryption and
    /// loop devices. Empty when they share none or when it cannot be told (network, memory).
    /// </summary>
    public static IReadOnlyList<string> SharedBy(MountTable table, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        IReadOnlySet<string> disks = BlockDevices.Live.DisksOf(table.Of(first), table);
        return [.. BlockDevices.Live.DisksOf(table.Of(second), table).Where(disks.Contains)];
    }

    /// <summary>Kernel names of the physical disks that hold a mount.</summary>
    public static IReadOnlySet<string> Of(MountTable table, Mount mount) => BlockDevices.Live.DisksOf(mount, table);
}
