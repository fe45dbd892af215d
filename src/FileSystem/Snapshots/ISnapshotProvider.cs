using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Walking;

namespace Coffer.FileSystem.Snapshots;

/// <summary>One way of freezing a volume while it is read.</summary>
public interface ISnapshotProvider
{
    /// <summary>A word for messages: "btrfs".</summary>
    string Name { get; }

    /// <summary>Whether this kind exists on the volume and this user may make one; the reason when not.</summary>
    bool CanSnapshot(Mount mount, out string reason);

    /// <summary>Freezes the volume. An error says why there is none; nothing is left behind then.</summary>
    OsError Create(Mount mount, out VolumeSnapshot? snapshot);

    /// <summary>Removes snapshots of runs that never ended; gives how many could not be removed.</summary>
    int RemoveLeftOvers(Mount mount);
}

/// <summary>A frozen volume; disposing removes it.</summary>
public abstract class VolumeSnapshot : IDisposable
{
    /// <summary>Stands in for the volume's mount point in a walk.</summary>
    public abstract VolumeRoot Root { get; }

    /// <summary>What went wrong when it was removed, once disposed.</summary>
    public OsError RemovalError { get; protected set; }

    public abstract void Dispose();
}
