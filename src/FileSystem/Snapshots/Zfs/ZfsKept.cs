using System.Text;
using Coffer.FileSystem.Linux;
using Coffer.FileSystem.Machines.Programs;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots.Keeping;
using Coffer.FileSystem.Walking;

namespace Coffer.FileSystem.Snapshots.Zfs;

/// <summary>
/// Local points of ZFS: snapshots of the dataset, under a name of ours that says that they stay. ZFS itself destroys
/// none that somebody has open; locks of ours would be anybody's to take, as users may look into them.
/// </summary>
internal sealed class ZfsKept(ISystemTool tool) : IKeptSnapshots
{
    public async Task<SnapshotAttempt> CreateAsync(
        Mount mount, LocalPointName name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string fullName = PlaceOf(mount, name);
        var made = await tool.RunAsync("zfs", "snapshot", fullName);
        if (!made.IsGood) return SnapshotAttempt.Failed(made.Problem);
        string? problem = ZfsSnapshots.Open(mount, name.ToString(), out var root);
        if (problem is null)
        {
            KeptUse.MarkBackedUp(root!);
            return SnapshotAttempt.Of(new KeptSnapshot(fullName, root!));
        }

        var removed = await ZfsSnapshots.DestroyAsync(tool, fullName);
        return SnapshotAttempt.Failed(
            removed.IsGood ? problem : $"{problem}; and {fullName} was left behind: {removed.Problem}");
    }

    public async Task<KeptListing> ListAsync(Mount mount, CancellationToken cancellationToken)
    {
        if (!ZfsSnapshots.IsWholeDataset(mount)) return new KeptListing([]);
        string dataset = Encoding.UTF8.GetString(mount.Source);
        var listed = await ZfsSnapshots.ListAsync(tool, dataset, cancellationToken);
        return new KeptListing([.. NamesIn(listed.Output, dataset)], listed.IsGood ? null : listed.Problem);
    }

    public OsError Open(Mount mount, LocalPointName name, out VolumeRoot? root) =>
        ZfsSnapshots.Open(mount, name.ToString(), out root) is null ? OsError.None : OsError.FromErrno(Errno.ENOENT);

    public bool IsBeingBackedUp(Mount mount, LocalPointName name)
    {
        if (ZfsSnapshots.Open(mount, name.ToString(), out var root) is not null) return false;
        using (root) return KeptUse.IsBackedUp(root!);
    }

    public async Task<KeptRemoval> RemoveAsync(
        Mount mount, LocalPointName name, CancellationToken cancellationToken)
    {
        var removed = await ZfsSnapshots.DestroyAsync(tool, PlaceOf(mount, name));
        return removed.IsGood ? KeptRemoval.Done : new KeptRemoval(false, removed.Problem);
    }

    public string PlaceOf(Mount mount, LocalPointName name) => $"{Encoding.UTF8.GetString(mount.Source)}@{name}";

    /// <param name="output">A full name a line.</param>
    internal static IEnumerable<LocalPointName> NamesIn(string output, string dataset) => output.Split('\n')
        .Where(line => line.StartsWith($"{dataset}@", StringComparison.Ordinal))
        .Select(line => LocalPointName.Parse(line[(dataset.Length + 1)..])).OfType<LocalPointName>();
}
