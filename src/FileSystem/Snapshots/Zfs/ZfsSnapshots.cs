using System.Text;
using Coffer.FileSystem.Linux;
using Coffer.FileSystem.Machines;
using Coffer.FileSystem.Machines.Programs;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Walking;

namespace Coffer.FileSystem.Snapshots.Zfs;

/// <summary>
/// Snapshots of ZFS datasets, by <c>zfs</c> itself; read through <c>.zfs/snapshot</c> of the mounted dataset, which is
/// there even where it is not listed. Nothing is ever destroyed but <c>DATASET@</c> and a name of our own making.
/// </summary>
internal sealed class ZfsSnapshots(ISystemTool tool) : ISnapshotProvider
{
    private static ReadOnlySpan<byte> ControlFolder => ".zfs"u8;

    public string Name => "ZFS";

    /// <summary>Where it is set to be visible, all snapshots that there are lie in it.</summary>
    public IReadOnlyList<byte[]> FoldersOn(Mount mount) => [ControlFolderOf(mount)];

    public bool CanSnapshot(Mount mount, out string reason)
    {
        reason = !IsDataset(Encoding.UTF8.GetString(mount.Source)) ? "the mount is no dataset of ZFS"
            : mount.RootWithin is not [(byte)'/'] ? "the mount is a directory within a dataset"
            : !Account.IsRoot ? "ZFS snapshots need root"
            : "";
        return reason.Length == 0;
    }

    public async Task<SnapshotAttempt> CreateAsync(Mount mount, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string name = SnapshotName.New(MachineFacts.ThisProcess);
        string fullName = $"{Encoding.UTF8.GetString(mount.Source)}@{name}";
        var made = await tool.RunAsync("zfs", "snapshot", fullName);
        if (!made.IsGood) return SnapshotAttempt.Failed(made.Problem);
        byte[] place = [.. ControlFolderOf(mount), .. "/snapshot/"u8, .. Encoding.ASCII.GetBytes(name)];
        OsError error = VolumeRoot.Open(place, out var root);
        if (!error.IsError && IsMounted(mount, root!))
            return SnapshotAttempt.Of(new ZfsSnapshot(this, fullName, root!));
        root?.Dispose();
        var removed = await DestroyAsync(fullName);
        string shown = Domain.PathText.Render(place);
        string problem = error.IsError
            ? $"{shown} cannot be opened: {error.Text}"
            : $"the kernel does not mount the snapshot at {shown}";
        return SnapshotAttempt.Failed(
            removed.IsGood ? problem : $"{problem}; and {fullName} was left behind: {removed.Problem}");
    }

    public async Task<IReadOnlyList<string>> LeftOversAsync(Mount mount, CancellationToken cancellationToken)
    {
        string dataset = Encoding.UTF8.GetString(mount.Source);
        // Its own alone: not those of the datasets below it.
        string[] question = ["list", "-H", "-p", "-t", "snapshot", "-d", "1", "-o", "name", dataset];
        var listed = await tool.AskAsync("zfs", question, cancellationToken);
        return [.. LeftOversIn(listed.Output, dataset)];
    }

    public async Task<IReadOnlyList<string>> RemoveLeftOversAsync(Mount mount, CancellationToken cancellationToken)
    {
        var failed = new List<string>();
        foreach (string name in await LeftOversAsync(mount, cancellationToken))
            if (!(await DestroyAsync(name)).IsGood) failed.Add(name);
        return failed;
    }

    /// <param name="output">A full name a line.</param>
    internal static IEnumerable<string> LeftOversIn(string output, string dataset) => output.Split('\n')
        .Where(line => line.StartsWith($"{dataset}@", StringComparison.Ordinal)
            && SnapshotName.IsLeftOver(line[(dataset.Length + 1)..]));

    // Where it is not, what is opened is a folder of the dataset's own, and empty: that must not pass for the data.
    private static bool IsMounted(Mount mount, VolumeRoot root) =>
        !SystemPaths.Stat(mount.MountPoint, out var dataset).IsError && dataset.Device != root.Metadata.Device;

    private static byte[] ControlFolderOf(Mount mount) =>
        [.. mount.MountPoint.AsSpan().TrimEnd((byte)'/'), (byte)'/', .. ControlFolder];

    // A name of zfs(8) and no option; a mounted snapshot has an @ in it.
    private static bool IsDataset(string name) =>
        name.Length > 0 && char.IsAsciiLetterOrDigit(name[0]) && !name.Contains('@', StringComparison.Ordinal);

    private Task<ToolAnswer> DestroyAsync(string fullName)
    {
        // Without a snapshot's name it would be the dataset that goes.
        Domain.Invariant.Holds(fullName.Contains('@', StringComparison.Ordinal));
        return tool.RunAsync("zfs", "destroy", fullName);
    }

    private sealed class ZfsSnapshot(ZfsSnapshots snapshots, string name, VolumeRoot root) : VolumeSnapshot
    {
        private bool _isDisposed;

        public override string Name { get; } = name;

        public override VolumeRoot Root { get; } = root;

        public override async ValueTask DisposeAsync()
        {
            if (_isDisposed) return;
            _isDisposed = true;
            Root.Dispose();
            var removed = await snapshots.DestroyAsync(Name);
            if (!removed.IsGood) RemovalProblem = removed.Problem;
        }
    }
}
