using Coffer.FileSystem.Machines.Programs;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots.Lvm;
using Coffer.FileSystem.Snapshots.Zfs;

namespace Coffer.FileSystem.Snapshots;

/// <summary>Which kind of snapshot a volume has.</summary>
public static class SnapshotProviders
{
    /// <summary>Null where the system has none for it. What a file system can do itself comes before LVM.</summary>
    public static ISnapshotProvider? Of(Mount mount) => mount.FileSystemType switch
    {
        "btrfs" => new BtrfsSnapshots(),
        "zfs" => new ZfsSnapshots(new SystemTool()),
        _ => LvmVolumeId.Of(mount, LvmVolumeId.Sys) is { } volume ? new LvmSnapshots(volume, new SystemTool()) : null,
    };
}
