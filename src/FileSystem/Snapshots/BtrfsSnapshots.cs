using System.Text;
using Coffer.Domain;
using Coffer.FileSystem.Linux;
using Coffer.FileSystem.Machines;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Walking;

namespace Coffer.FileSystem.Snapshots;

/// <summary>
/// Read-only btrfs snapshots in a private folder at the volume's root. A snapshot's name carries process, start and
/// boot, so that a later run can tell those of a crashed one from those in use. Needs root, and a mount of a whole
/// subvolume: the kernel freezes subvolumes, not directories.
/// </summary>
public sealed unsafe class BtrfsSnapshots : ISnapshotProvider
{
    private const ulong SubvolumeRootInode = 256;

    private static ReadOnlySpan<byte> FolderName => ".coffer-snapshots"u8;

    public string Name => "btrfs";

    public IReadOnlyList<byte[]> FoldersOn(Mount mount) => [FolderOn(mount)];

    private static byte[] FolderOn(Mount mount) =>
        [.. mount.MountPoint.AsSpan().TrimEnd((byte)'/'), (byte)'/', .. FolderName];

    public bool CanSnapshot(Mount mount, out string reason)
    {
        reason = mount.FileSystemType != "btrfs" ? "the volume is not btrfs"
            : mount.IsReadOnly ? "the volume is mounted read-only"
            : !Account.IsRoot ? "btrfs snapshots need root"
            : !IsSubvolumeRoot(mount) ? "the mount is a directory within a subvolume"
            : "";
        return reason.Length == 0;
    }

    public Task<SnapshotAttempt> CreateAsync(Mount mount, CancellationToken cancellationToken)
    {
        OsError error = Create(mount, out var snapshot);
        return Task.FromResult(
            error.IsError ? SnapshotAttempt.Failed(error.Text) : SnapshotAttempt.Of(snapshot!));
    }

    public Task<IReadOnlyList<string>> LeftOversAsync(Mount mount, CancellationToken cancellationToken) =>
        Task.FromResult(OfLeftOvers(mount, static (_, _) => true));

    public Task<IReadOnlyList<string>> RemoveLeftOversAsync(Mount mount, CancellationToken cancellationToken) =>
        Task.FromResult(OfLeftOvers(mount, static (folder, name) => Btrfs.Destroy(folder, name).IsError));

    private static OsError Create(Mount mount, out VolumeSnapshot? snapshot)
    {
        snapshot = null;
        OsError error = OpenFolders(mount, mayCreate: true, out int subvolume, out int folder);
        if (error.IsError) return error;
        byte[] name = Encoding.ASCII.GetBytes(NameOf(MachineFacts.ThisProcess));
        error = Btrfs.CreateSnapshot(subvolume, folder, name);
        _ = Libc.close(subvolume);
        VolumeRoot? root = null;
        if (!error.IsError)
        {
            error = VolumeRoot.Open([.. FolderOn(mount), (byte)'/', .. name], out root);
            if (error.IsError) _ = Btrfs.Destroy(folder, name);
        }

        if (error.IsError) _ = Libc.close(folder);
        else snapshot = new BtrfsSnapshot(PathOf(mount, name), folder, name, root!);
        return error;
    }

    private static IReadOnlyList<string> OfLeftOvers(Mount mount, Func<int, byte[], bool> isOne)
    {
        if (OpenFolders(mount, mayCreate: false, out int subvolume, out int folder).IsError) return [];
        var names = new List<byte[]>();
        using (var stream = new DirectoryStream())
        {
            stream.Start(folder);
            while (stream.TryNext(out ReadOnlySpan<byte> name, out _, out _)) names.Add(name.ToArray());
        }

        string[] found = [.. names.Where(name => IsLeftOver(name) && isOne(folder, name))
            .Select(name => PathOf(mount, name))];
        _ = Libc.close(subvolume);
        _ = Libc.close(folder);
        return found;
    }

    /// <summary>"PID-STARTTICKS-BOOT-RANDOM".</summary>
    internal static string NameOf(ProcessIdentity process) =>
        $"{process.Pid}-{process.StartTicks}-{process.BootId.Replace("-", "", StringComparison.Ordinal)}"
        + $"-{Guid.NewGuid():n}";

    // A name that is not ours was put there by somebody: not ours to delete.
    internal static bool IsLeftOver(ReadOnlySpan<byte> name)
    {
        string[] parts = Encoding.ASCII.GetString(name).Split('-');
        return parts.Length == 4 && int.TryParse(parts[0], out int pid) && long.TryParse(parts[1], out long ticks)
            && Guid.TryParseExact(parts[2], "n", out Guid boot) && Guid.TryParseExact(parts[3], "n", out _)
            && !MachineFacts.IsAlive(new ProcessIdentity(pid, boot.ToString(), ticks));
    }

    private static string PathOf(Mount mount, byte[] name) =>
        $"{PathText.Render(FolderOn(mount))}/{PathText.Render(name)}";

    private static bool IsSubvolumeRoot(Mount mount) =>
        !SystemPaths.Stat(mount.MountPoint, out FileMetadata metadata).IsError && metadata.Inode == SubvolumeRootInode;

    private static OsError OpenFolders(Mount mount, bool mayCreate, out int subvolume, out int folder)
    {
        int flags = Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC;
        folder = -1;
        subvolume = Descriptors.Open(Libc.AT_FDCWD, mount.MountPoint, flags);
        if (subvolume < 0) return OsError.Last();
        OsError error = OsError.None;
        fixed (byte* name = Descriptors.Terminated(FolderName))
        {
            if (mayCreate && Libc.mkdirat(subvolume, name, 0x1c0) != 0 && OsError.Last().Cause != OsCause.Exists)
                error = OsError.Last();
            if (!error.IsError && (folder = Libc.openat(subvolume, name, flags, 0)) < 0) error = OsError.Last();
        }

        // In a folder that others may enter, a snapshot would keep readable what its owner has since closed off.
        if (!error.IsError) error = CheckIsPrivate(folder);
        if (!error.IsError) return error;
        if (folder >= 0) _ = Libc.close(folder);
        _ = Libc.close(subvolume);
        return error;
    }

    private static OsError CheckIsPrivate(int folder)
    {
        OsError error = Statx.Of(folder, out FileMetadata found);
        if (error.IsError) return error;
        bool isPrivate = found.Uid == Account.EffectiveUid && (found.Mode & 0x3f) == 0;
        return isPrivate ? OsError.None : OsError.FromErrno(Errno.EACCES);
    }

    private sealed class BtrfsSnapshot(string path, int folder, byte[] name, VolumeRoot root) : VolumeSnapshot
    {
        private readonly int _folder = folder;
        private bool _isDisposed;

        public override string Name { get; } = path;

        public override VolumeRoot Root { get; } = root;

        public override ValueTask DisposeAsync()
        {
            if (_isDisposed) return ValueTask.CompletedTask;
            _isDisposed = true;
            Root.Dispose();
            OsError error = Btrfs.Destroy(_folder, name);
            if (error.IsError) RemovalProblem = error.Text;
            _ = Libc.close(_folder);
            return ValueTask.CompletedTask;
        }
    }
}
