using Coffer.FileSystem.Machines;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots;

namespace Coffer.Agent.Doctor;

/// <summary>Snapshots that runs left behind on any volume, also on those that are no longer selected.</summary>
internal static class SnapshotChecks
{
    /// <param name="providerOf">Null where a volume has no kind of snapshot.</param>
    public static async Task<CheckResult> LookAsync(
        MountTable mounts, Func<Mount, ISnapshotProvider?> providerOf, CancellationToken cancellationToken)
    {
        if (!MachineFacts.IsRoot) return CheckResult.Skipped("only root sees snapshots");
        var left = new SortedSet<string>(StringComparer.Ordinal);
        int volumes = 0;
        foreach (var mount in mounts.Mounts)
        {
            if (providerOf(mount) is not { } provider || !provider.CanSnapshot(mount, out _)) continue;
            volumes++;
            left.UnionWith(await provider.LeftOversAsync(mount, cancellationToken));
        }

        return left.Count > 0
            ? CheckResult.Warning("snapshot.left-over",
                $"{left.Count} of runs that never ended, and they hold on to disk space: {string.Join(", ", left)}",
                "The next backup of their volume removes them; of one that is no longer backed up do it by hand:"
                + " btrfs subvolume delete, lvremove or zfs destroy, with the name.")
            : CheckResult.Good(volumes == 0
                ? "no volume here can be frozen (btrfs, ZFS, LVM): live files are read"
                : $"none left behind; {volumes} volume{(volumes == 1 ? "" : "s")} can be frozen");
    }
}
