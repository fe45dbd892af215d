using System.Globalization;
using System.Text;
using Coffer.Domain;
using Coffer.FileSystem.Linux;
using Coffer.FileSystem.Machines;
using Coffer.FileSystem.Machines.Programs;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Walking;

namespace Coffer.FileSystem.Snapshots.Lvm;

/// <summary>
/// Snapshots of logical volumes, thick and thin, by lvm2's own tools:
/// 1. <c>lvcreate --snapshot</c> has the kernel freeze the file system: all that was written is in the snapshot;
/// 2. that is mounted read-only, at no place. Its device stays writable, and its journal is not passed over: XFS leaves
/// work in its log when it is frozen and refuses a device on which it cannot do it, and ext4 would show an older tree
/// (<c>noload</c>) where its freeze had not emptied the journal. What they write goes into the snapshot, never into the
/// volume. XFS needs <c>nouuid</c>, as the volume itself is mounted with the same UUID;
/// 3. after the last read its state is asked: a thick one that overflowed is worth nothing;
/// 4. <c>lvremove</c>.
/// </summary>
internal sealed class LvmSnapshots(LvmVolumeId volume, ISystemTool tool) : ISnapshotProvider
{
    /// <summary>
    /// File systems whose driver can freeze, and can be mounted a second time under the same UUID (btrfs cannot).
    /// </summary>
    private static readonly Dictionary<string, string[]> s_options = new()
    {
        ["ext2"] = [],
        ["ext3"] = [],
        ["ext4"] = [],
        ["xfs"] = ["nouuid"],
    };

    public string Name => "LVM";

    public IReadOnlyList<byte[]> FoldersOn(Mount mount) => [];

    public bool CanSnapshot(Mount mount, out string reason)
    {
        reason = !s_options.ContainsKey(mount.FileSystemType)
                ? $"a snapshot of LVM cannot be read beside its volume with {mount.FileSystemType}"
            : !Account.IsRoot ? "LVM snapshots need root"
            : "";
        return reason.Length == 0;
    }

    public async Task<SnapshotAttempt> CreateAsync(Mount mount, CancellationToken cancellationToken)
    {
        var (volumes, problem) = await ListAsync([], cancellationToken);
        if (problem.Length > 0) return SnapshotAttempt.Failed(problem);
        if (volumes.FirstOrDefault(v => volume.IsOf(v.Uuid)) is not { } origin)
            return SnapshotAttempt.Failed("lvs does not list the volume");
        cancellationToken.ThrowIfCancellationRequested();
        string name = SnapshotName.New(MachineFacts.ThisProcess);
        string fullName = $"{origin.Group}/{name}";
        if (SizeOf(origin, out string[] size) is { } noRoom) return SnapshotAttempt.Failed(noRoom);
        // A thin snapshot would else stay inactive, as LVM marks it to be passed over.
        var made = await tool.RunAsync(
            "lvcreate", ["--snapshot", "--setactivationskip", "n", .. size, "--name", name, "--yes", origin.FullName]);
        if (!made.IsGood) return SnapshotAttempt.Failed(made.Problem);
        var attempt = await OpenAsync(mount, fullName);
        if (attempt.Snapshot is not null) return attempt;
        var removed = await RemoveAsync(fullName);
        return removed.IsGood ? attempt : SnapshotAttempt.Failed(
            $"{attempt.Problem}; and {fullName} was left behind: {removed.Problem}");
    }

    public async Task<IReadOnlyList<string>> LeftOversAsync(Mount mount, CancellationToken cancellationToken)
    {
        var (volumes, _) = await ListAsync([], cancellationToken);
        if (volumes.FirstOrDefault(v => volume.IsOf(v.Uuid)) is not { } origin) return [];
        return
        [
            .. volumes.Where(
                v => v.Group == origin.Group && v.Origin == origin.Name && SnapshotName.IsLeftOver(v.Name))
                .Select(left => left.FullName),
        ];
    }

    public async Task<IReadOnlyList<string>> RemoveLeftOversAsync(Mount mount, CancellationToken cancellationToken)
    {
        var failed = new List<string>();
        foreach (string left in await LeftOversAsync(mount, cancellationToken))
            if (!(await RemoveAsync(left)).IsGood) failed.Add(left);
        return failed;
    }

    /// <returns>Why there is no room; null where there is.</returns>
    private static string? SizeOf(LogicalVolume origin, out string[] size)
    {
        size = [];
        if (origin.IsThin) return null; // its pool has the room, or grows
        if (SnapshotRoom.ExtentsFor(origin) is not { } extents)
            return string.Create(CultureInfo.InvariantCulture,
                $"the volume group {origin.Group} has {origin.FreeExtents * origin.ExtentBytes >> 20} MiB free, and a"
                + $" snapshot of {origin.Name} needs {SnapshotRoom.SmallestBytesFor(origin) >> 20} MiB");
        size = ["--extents", extents.ToString(CultureInfo.InvariantCulture)];
        return null;
    }

    private async Task<SnapshotAttempt> OpenAsync(Mount mount, string fullName)
    {
        // Cut short here, the snapshot that was made would be left behind.
        var (volumes, problem) = await ListAsync([fullName], CancellationToken.None);
        if (problem.Length > 0) return SnapshotAttempt.Failed(problem);
        if (volumes is not [{ } made]) return SnapshotAttempt.Failed($"lvs does not list {fullName}");
        OsError error = DetachedMount.Open(
            mount.FileSystemType, made.DevicePath, s_options[mount.FileSystemType], out int descriptor);
        if (error.IsError) return SnapshotAttempt.Failed($"{made.DevicePath} cannot be mounted: {error.Text}");
        error = VolumeRoot.OpenBelow(descriptor, mount.RootWithin, out var root);
        if (!error.IsError && IsSameFolder(mount, root!))
            return SnapshotAttempt.Of(new LvmSnapshot(this, fullName, descriptor, root!));
        root?.Dispose();
        _ = Libc.close(descriptor);
        return SnapshotAttempt.Failed(error.IsError
            ? $"{made.DevicePath} cannot be opened: {error.Text}"
            : $"the folder at {PathText.Render(mount.MountPoint)} was moved meanwhile");
    }

    // What is mounted may be a folder of the volume, which somebody may have moved since.
    private static bool IsSameFolder(Mount mount, VolumeRoot root) =>
        !SystemPaths.Stat(mount.MountPoint, out var live).IsError && live.Inode == root.Metadata.Inode;

    private async Task<(IReadOnlyList<LogicalVolume> Volumes, string Problem)> ListAsync(
        string[] names, CancellationToken cancellationToken)
    {
        var answer = await tool.AskAsync("lvs", [.. LogicalVolume.Question, .. names], cancellationToken);
        if (!answer.IsGood) return ([], answer.Problem);
        try
        {
            return (LogicalVolume.Parse(answer.Output), "");
        }
        catch (FormatException e)
        {
            byte[] why = Encoding.UTF8.GetBytes(e.Message);
            return ([], $"lvs answers what cannot be read: {PathText.Render(why).TrimEnd('.')}");
        }
    }

    /// <summary>Why a snapshot cannot be relied on; null where it can.</summary>
    private async Task<string?> ProblemOfAsync(string fullName, CancellationToken cancellationToken)
    {
        var (volumes, problem) = await ListAsync([fullName], cancellationToken);
        if (problem.Length > 0) return problem;
        if (volumes is not [{ } snapshot]) return "it is gone";
        if (!snapshot.IsActive || !snapshot.IsHealthy) return $"LVM calls its state '{snapshot.Attributes}'";
        return snapshot.IsThickSnapshot && snapshot.DataPercent is null or >= 100
            ? "it overflowed: more was overwritten in the volume than it had room for"
            : null;
    }

    private Task<ToolAnswer> RemoveAsync(string fullName) => tool.RunAsync("lvremove", "--yes", fullName);

    private sealed class LvmSnapshot(LvmSnapshots snapshots, string name, int mount, VolumeRoot root) : VolumeSnapshot
    {
        private bool _isDisposed;

        public override string Name { get; } = name;

        public override VolumeRoot Root { get; } = root;

        public override Task<string?> ProblemAsync(CancellationToken cancellationToken) =>
            snapshots.ProblemOfAsync(Name, cancellationToken);

        public override async ValueTask DisposeAsync()
        {
            if (_isDisposed) return;
            _isDisposed = true;
            Root.Dispose();
            _ = Libc.close(mount);
            var removed = await snapshots.RemoveAsync(Name);
            if (!removed.IsGood) RemovalProblem = removed.Problem;
        }
    }
}
