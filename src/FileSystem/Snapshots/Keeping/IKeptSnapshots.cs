using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Walking;

namespace Coffer.FileSystem.Snapshots.Keeping;

/// <summary>Snapshots that stay on the volume: local points. What there are, the volume alone tells.</summary>
public interface IKeptSnapshots
{
    /// <summary>
    /// Freezes the volume under a name that says that it stays; disposing what is given closes it and removes nothing.
    /// Until then it counts as being backed up.
    /// </summary>
    Task<SnapshotAttempt> CreateAsync(Mount mount, LocalPointName name, CancellationToken cancellationToken);

    /// <summary>Those of all data sources, in no order; nothing that others made.</summary>
    Task<KeptListing> ListAsync(Mount mount, CancellationToken cancellationToken);

    /// <summary>Opens one for reading; while it is open nobody removes it.</summary>
    OsError Open(Mount mount, LocalPointName name, out VolumeRoot? root);

    /// <summary>Whether the backup that took it still reads it.</summary>
    bool IsBeingBackedUp(Mount mount, LocalPointName name);

    /// <summary>Removes one, unless somebody reads it.</summary>
    Task<KeptRemoval> RemoveAsync(Mount mount, LocalPointName name, CancellationToken cancellationToken);

    /// <summary>As the system's own tools name it.</summary>
    string PlaceOf(Mount mount, LocalPointName name);
}

/// <param name="Problem">Why there may be more, one phrase; null where that is all.</param>
public sealed record KeptListing(IReadOnlyList<LocalPointName> Names, string? Problem = null);

/// <param name="IsInUse">It stays, as somebody reads it.</param>
/// <param name="Problem">It stays, and why, one phrase.</param>
public readonly record struct KeptRemoval(bool IsInUse, string? Problem)
{
    public static KeptRemoval Done => default;

    public static KeptRemoval InUse => new(true, null);
}

/// <summary>A snapshot that stays when the run that took it lets go.</summary>
internal sealed class KeptSnapshot(string place, VolumeRoot root) : VolumeSnapshot
{
    public override string Name { get; } = place;

    public override VolumeRoot Root { get; } = root;

    public override ValueTask DisposeAsync()
    {
        Root.Dispose();
        return ValueTask.CompletedTask;
    }
}
