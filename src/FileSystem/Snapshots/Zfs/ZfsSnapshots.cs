using System.Text;
using Coffer.FileSystem.Linux;
using Coffer.FileSystem.Machines;
using Coffer.FileSystem.Machines.Programs;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots.Keeping;
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

    public IKeptSnapshots Kept { get; } = new ZfsKept(tool);

    /// <summary>Where it is set to be visible, all snapshots that there are lie in it.</summary>
    public IReadOnlyList<byte[]> FoldersOn(Mount mount) => [ControlFolderOf(mount)];

    public bool CanSnapshot(Mount mount, out string reason)
    {
        reason = !IsDataset(Encoding.UTF8.GetString(mount.Source)) ? "the mount is no dataset of ZFS"
            : !IsWhole(mount) ? "the mount is a directory within a dataset"
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
        if (Open(mount, name, out var root) is not { } problem)
            return SnapshotAttempt.Of(new ZfsSnapshot(tool, fullName, root!));
        var removed = await DestroyAsync(tool, fullName);
        return SnapshotAttempt.Failed(
            removed.IsGood ? problem : $"{problem}; and {fullName} was left behind: {removed.Problem}");
    }

    internal static bool IsWholeDataset(Mount mount) =>
        IsDataset(Encoding.UTF8.GetString(mount.Source)) && IsWhole(mount);

    /// <summary>Opens a snapshot of the dataset; tells why it cannot be, one phrase.</summary>
    internal static string? Open(Mount mount, string name, out VolumeRoot? root)
    {
        byte[] place = [.. ControlFolderOf(mount), .. "/snapshot/"u8, .. Encoding.ASCII.GetBytes(name)];
        OsError error = VolumeRoot.Open(place, out root);
        if (!error.IsError && IsMounted(mount, root!)) return null;
        root?.Dispose();
        root = null;
        string shown = Domain.PathText.Render(place);
        return error.IsError
            ? $"{shown} cannot be opened: {error.Text}"
            : $"the kernel does not mount the snapshot at {shown}";
    }

    public async Task<IReadOnlyList<string>> LeftOversAsync(Mount mount, CancellationToken cancellationToken)
    {
        string dataset = Encoding.UTF8.GetString(mount.Source);
        return [.. LeftOversIn((await ListAsync(tool, dataset, cancellationToken)).Output, dataset)];
    }

    public async Task<IReadOnlyList<string>> RemoveLeftOversAsync(Mount mount, CancellationToken cancellationToken)
    {
        var failed = new List<string>();
        foreach (string name in await LeftOversAsync(mount, cancellationToken))
            if (!(await DestroyAsync(tool, name)).IsGood) failed.Add(name);
        return failed;
    }

    /// <param name="output">A full name a line.</param>
    internal static IEnumerable<string> LeftOversIn(string output, string dataset) => output.Split('\n')
        .Where(line => line.StartsWith($"{dataset}@", StringComparison.Ordinal)
            && SnapshotName.IsLeftOver(line[(dataset.Length + 1)..]));

    // Where it is not, what is opened is a folder of the dataset's own, and empty: that must not pass for the data.
    private static bool IsMounted(Mount mount, VolumeRoot root) =>
        !SystemPaths.Stat(mount.MountPoint, out var dataset).IsError && dataset.Device != root.Metadata.Device;

    private static bool IsWhole(Mount mount) => mount.RootWithin is [(byte)'/'];

    private static byte[] ControlFolderOf(Mount mount) =>
        [.. mount.MountPoint.AsSpan().TrimEnd((byte)'/'), (byte)'/', .. ControlFolder];

    // A name of zfs(8) and no option; a mounted snapshot has an @ in it.
    private static bool IsDataset(string name) =>
        name.Length > 0 && char.IsAsciiLetterOrDigit(name[0]) && !name.Contains('@', StringComparison.Ordinal);

    /// <summary>A full name a line; its own snapshots alone, not those of the datasets below it.</summary>
    internal static Task<ToolAnswer> ListAsync(
        ISystemTool tool, string dataset, CancellationToken cancellationToken) => tool.AskAsync(
            "zfs", ["list", "-H", "-p", "-t", "snapshot", "-d", "1", "-o", "name", dataset], cancellationToken);

    internal static Task<ToolAnswer> DestroyAsync(ISystemTool tool, string fullName)
    {
        // Without a snapshot's name it would be the dataset that goes.
        Domain.Invariant.Holds(fullName.Contains('@', StringComparison.Ordinal));
        return tool.RunAsync("zfs", "destroy", fullName);
    }

    private sealed class ZfsSnapshot(ISystemTool tool, string name, VolumeRoot root) : VolumeSnapshot
    {
        private bool _isDisposed;

        public override string Name { get; } = name;

        public override VolumeRoot Root { get; } = root;

        public override async ValueTask DisposeAsync()
        {
            if (_isDisposed) return;
            _isDisposed = true;
            Root.Dispose();
            var removed = await DestroyAsync(tool, Name);
            if (!removed.IsGood) RemovalProblem = removed.Problem;
        }
    }
}
