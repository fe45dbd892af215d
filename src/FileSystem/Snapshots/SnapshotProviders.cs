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

    /// <summary>Null where the system has none for it. What a file system can do itself comes before LVM.</summary>
    public static ISnapshotProvider? Of(Mount mount, TimeProvider time) => mount.FileSystemType switch
    {
        "btrfs" => new BtrfsSnapshots(),
        "zfs" => new ZfsSnapshots(Tool(time)),
        _ => LvmVolumeId.Of(mount, LvmVolumeId.Sys) is { } volume ? new LvmSnapshots(volume, Tool(time)) : null,
    };

    private static SystemTool Tool(TimeProvider time) => new(time, s_toolLimit);
}
