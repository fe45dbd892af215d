using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Walking;

namespace Coffer.FileSystem.Snapshots;

/// <summary>One way of freezing a volume while it is read.</summary>
public interface ISnapshotProvider
{
    /// <summary>A word for messages: "btrfs".</summary>
    string Name { get; }

    /// <summary>
    /// Folders of this kind in the volume that hold other states of it, absolute: to be left out of every backup.
    /// </summary>
    IReadOnlyList<byte[]> FoldersOn(Mount mount);

    /// <summary>Whether this kind exists on the volume and this user may make one; the reason when not.</summary>
    bool CanSnapshot(Mount mount, out string reason);

    /// <summary>Freezes the volume. Where there is none nothing is left behind.</summary>
    Task<SnapshotAttempt> CreateAsync(Mount mount, CancellationToken cancellationToken);

    /// <summary>Names of the snapshots of runs that never ended; none where it cannot be told.</summary>
    Task<IReadOnlyList<string>> LeftOversAsync(Mount mount, CancellationToken cancellationToken);

    /// <summary>Removes those, and no others.</summary>
    /// <returns>Names of those that could not be removed.</returns>
    Task<IReadOnlyList<string>> RemoveLeftOversAsync(Mount mount, CancellationToken cancellationToken);
}

/// <summary>A snapshot, or why there is none.</summary>
public sealed record SnapshotAttempt(VolumeSnapshot? Snapshot, string Problem)
{
    public static SnapshotAttempt Of(VolumeSnapshot snapshot) => new(snapshot, "");

    /// <param name="problem">One phrase, without a full stop.</param>
    public static SnapshotAttempt Failed(string problem) => new(null, problem);
}

/// <summary>A frozen volume; disposing removes it.</summary>
public abstract class VolumeSnapshot : IAsyncDisposable
{
    /// <summary>As the system's own tools name it.</summary>
    public abstract string Name { get; }

    /// <summary>Stands in for the volume's mount point in a walk.</summary>
    public abstract VolumeRoot Root { get; }

    /// <summary>What went wrong when it was removed, once disposed; null: nothing.</summary>
    public string? RemovalProblem { get; protected set; }

    /// <summary>
    /// Why what was read from it cannot be relied on; null where it can. To be asked after the last read, and before
    /// anything is made of that.
    /// </summary>
    public virtual Task<string?> ProblemAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public abstract ValueTask DisposeAsync();
}
