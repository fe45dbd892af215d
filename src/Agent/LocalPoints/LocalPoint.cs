using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots;
using Coffer.FileSystem.Snapshots.Keeping;
using Coffer.FileSystem.Walking;

namespace Coffer.Agent.LocalPoints;

/// <summary>A snapshot that stays on this machine, seen at one mount of its volume.</summary>
/// <param name="Label">Of its data source, or where it is mounted if this home knows none.</param>
/// <param name="IsBeingBackedUp">The backup that took it still reads it.</param>
public sealed record LocalPoint(
    LocalPointName Name, string Label, Mount Mount, ISnapshotProvider Provider, bool IsBeingBackedUp)
{
    /// <summary>A word for messages: "btrfs".</summary>
    public string Kind => Provider.Name;

    /// <summary>As the system's own tools name it.</summary>
    public string Place => Snapshots.PlaceOf(Mount, Name);

    private IKeptSnapshots Snapshots => Provider.Kept!;

    /// <summary>For reading; nobody removes it while it is open.</summary>
    /// <exception cref="FaultException"><c>local-point.unreadable</c>.</exception>
    public VolumeRoot Open()
    {
        OsError error = Snapshots.Open(Mount, Name, out var root);
        return error.IsError
            ? throw FaultException.Failed("local-point.unreadable", $"{Place} cannot be read: {error.Text}.",
                "It may have been removed just now: `coffer point list --local` shows what there is.")
            : root!;
    }

    /// <summary>It goes for good; one that is gone already is fine.</summary>
    /// <exception cref="FaultException"><c>local-point.in-use</c>, <c>local-point.stays</c>.</exception>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        var removal = await Snapshots.RemoveAsync(Mount, Name, cancellationToken);
        if (removal.IsInUse)
            throw FaultException.Refused("local-point.in-use", $"{Place} is being read, and stays.",
                IsBeingBackedUp ? "Wait for its backup to end." : "Wait for the restore to end.");
        if (removal.Problem is { } problem)
            throw FaultException.Failed("local-point.stays", $"{Place} could not be removed: {problem}.",
                $"Remove it by hand: {(Kind == "btrfs" ? "btrfs subvolume delete" : "zfs destroy")} with that name.");
    }
}

/// <param name="Points">By mount, the oldest first; one whose volume is mounted twice is there twice.</param>
/// <param name="Problems">Volumes that could not be asked, each with its reason: there may be more.</param>
public sealed record LocalPointListing(IReadOnlyList<LocalPoint> Points, IReadOnlyList<string> Problems)
{
    /// <summary>Each once.</summary>
    public IReadOnlyList<LocalPoint> Distinct => [.. Points.DistinctBy(point => point.Name)];
}
