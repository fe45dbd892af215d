using Coffer.FileSystem.Machines.Programs;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots.Lvm;
using Coffer.FileSystem.Snapshots.Zfs;

namespace Coffer.FileSystem.Snapshots;

/// <summary>Which kind of snapshot a volume has.</summary>
public static class SnapshotProviders
{
    /// <summary>Their tools take seconds; after this one hangs, and the machine needs somebody anyway.</summary>
    private static readonly TimeSpan s_toolLimit = TimeSpan.FromMinutes(30);

    /// <returns>
    /// Null where the system has none for a volume. What a file system can do itself comes before LVM.
    /// </returns>
    public static Func<Mount, ISnapshotProvider?> For(TimeProvider time)
    {
        var tool = new SystemTool(time, s_toolLimit);
        return mount => mount.FileSystemType switch
        {
            "btrfs" => new BtrfsSnapshots(),
            "zfs" => new ZfsSnapshots(tool),
            _ => LvmVolumeId.Of(mount, LvmVolumeId.Sys) is { } volume ? new LvmSnapshots(volume, tool) : null,
        };
    }
}
