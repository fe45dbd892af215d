using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots;
using Coffer.FileSystem.Snapshots.Keeping;

namespace Coffer.Agent.LocalPoints;

/// <summary>How many local points stay, where, and which go.</summary>
public static class LocalPointRules
{
    /// <summary>Each holds on to the space of all that has changed since: more is what the vault is for.</summary>
    public const int Most = 10;

    /// <summary>A volume with less than a tenth free must not be filled up by what is kept on it.</summary>
    private const int FreeShare = 10;

    /// <summary>A clock may be off by so much; a name from further ahead was given while it was wrong.</summary>
    private static readonly TimeSpan s_clockTolerance = TimeSpan.FromDays(1);

    /// <summary>
    /// The higher the newer. One from the future is older than all others, or it would be the newest for years.
    /// </summary>
    public static (bool, DateTimeOffset, string) Age(LocalPointName name, DateTimeOffset now) =>
        (name.TakenAt <= now + s_clockTolerance, name.TakenAt, name.Id);

    /// <summary>
    /// Those of a data source that are too many, the oldest first. The one that was just taken is the newest whatever
    /// the clock said, and stays.
    /// </summary>
    /// <param name="count">How many stay, the one just taken among them.</param>
    public static IReadOnlyList<LocalPointName> Surplus(
        IEnumerable<LocalPointName> names, SourceId source, int count, LocalPointName? current, DateTimeOffset now) =>
        [.. names.Where(name => name.Source == source && name != current)
            .OrderByDescending(name => Age(name, now))
            .Skip(Math.Max(0, count - (current is null ? 0 : 1))).Reverse()];

    public static bool HasRoom(VolumeSpace space) => space.FreeBytes >= space.TotalBytes / FreeShare;

    /// <summary>Why none can be kept of a volume, one phrase; null where they can.</summary>
    public static string? ReasonAgainst(Mount mount, ISnapshotProvider? provider, ProtectionPolicy? policy)
    {
        if (provider is null) return $"the volume is {mount.FileSystemType}: btrfs and ZFS alone keep snapshots";
        if (provider.Kept is null) return $"snapshots of {provider.Name} slow down each write, and are not kept";
        if (!provider.CanSnapshot(mount, out string reason)) return reason;
        return policy?.Snapshots == SnapshotUse.Off ? "the policy takes no snapshots" : null;
    }
}

/// <summary>Of a file system; what its users may take counts as free.</summary>
public readonly record struct VolumeSpace(long FreeBytes, long TotalBytes)
{
    /// <summary>Null where it cannot be told.</summary>
    public static VolumeSpace? Of(Mount mount) =>
        SystemPaths.Space(mount.MountPoint, out long free, out long total).IsError || total <= 0
            ? null
            : new VolumeSpace(free, total);
}
