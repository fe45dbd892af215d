using System.Text;
using Coffer.Domain;
using Coffer.FileSystem.Linux;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Walking;

namespace Coffer.FileSystem.Snapshots.Keeping;

/// <summary>Local points of btrfs: beside the snapshots of runs, in the same private folder.</summary>
internal sealed class BtrfsKept : IKeptSnapshots
{
    public Task<SnapshotAttempt> CreateAsync(Mount mount, LocalPointName name, CancellationToken cancellationToken)
    {
        OsError error = Create(mount, name, out var snapshot);
        return Task.FromResult(
            error.IsError ? SnapshotAttempt.Failed(error.Text) : SnapshotAttempt.Of(snapshot!));
    }

    public Task<KeptListing> ListAsync(Mount mount, CancellationToken cancellationToken)
    {
        OsError error = BtrfsSnapshots.OpenFolders(mount, mayCreate: false, out int subvolume, out int folder);
        if (error.IsError)
            return Task.FromResult(new KeptListing([], error.Cause == OsCause.Missing ? null : error.Text));
        var names = new List<LocalPointName>();
        using (var stream = new DirectoryStream())
        {
            stream.Start(folder);
            while (stream.TryNext(out ReadOnlySpan<byte> name, out _, out _))
                if (LocalPointName.Parse(Encoding.UTF8.GetString(name)) is { } found) names.Add(found);
        }

        _ = Libc.close(subvolume);
        _ = Libc.close(folder);
        return Task.FromResult(new KeptListing(names));
    }

    public OsError Open(Mount mount, LocalPointName name, out VolumeRoot? root)
    {
        OsError error = OpenIn(mount, name, out int folder, out root);
        if (!error.IsError) error = KeptUse.Hold(ref root);
        if (!error.IsError)
        {
            // Removed between the opening and the hold: then the name is gone, and nothing takes it again.
            error = VolumeRoot.OpenBelow(folder, BytesOf(name), out var still);
            still?.Dispose();
        }

        if (folder >= 0) _ = Libc.close(folder);
        if (!error.IsError) return error;
        root?.Dispose();
        root = null;
        return error;
    }

    public bool IsBeingBackedUp(Mount mount, LocalPointName name)
    {
        OsError error = OpenIn(mount, name, out int folder, out var root);
        if (folder >= 0) _ = Libc.close(folder);
        using (root) return !error.IsError && KeptUse.IsBackedUp(root!);
    }

    public Task<KeptRemoval> RemoveAsync(Mount mount, LocalPointName name, CancellationToken cancellationToken)
    {
        OsError error = OpenIn(mount, name, out int folder, out var root);
        using (root)
        {
            bool isFree = !error.IsError && KeptUse.TryClaim(root!);
            if (isFree) error = Btrfs.Destroy(folder, BytesOf(name));
            if (folder >= 0) _ = Libc.close(folder);
            return Task.FromResult(
                error.IsError && error.Cause != OsCause.Missing ? new KeptRemoval(false, error.Text)
                : isFree || error.IsError ? KeptRemoval.Done
                : KeptRemoval.InUse);
        }
    }

    public string PlaceOf(Mount mount, LocalPointName name) =>
        $"{PathText.Render(BtrfsSnapshots.FolderOn(mount))}/{name}";

    private static byte[] BytesOf(LocalPointName name) => Encoding.ASCII.GetBytes(name.ToString());

    private OsError Create(Mount mount, LocalPointName name, out VolumeSnapshot? snapshot)
    {
        snapshot = null;
        OsError error = BtrfsSnapshots.OpenFolders(mount, mayCreate: true, out int subvolume, out int folder);
        if (error.IsError) return error;
        byte[] bytes = BytesOf(name);
        error = Btrfs.CreateSnapshot(subvolume, folder, bytes);
        _ = Libc.close(subvolume);
        VolumeRoot? root = null;
        if (!error.IsError)
        {
            error = VolumeRoot.OpenBelow(folder, bytes, out root);
            if (!error.IsError) error = KeptUse.Hold(ref root);
            if (error.IsError) _ = Btrfs.Destroy(folder, bytes);
        }

        _ = Libc.close(folder);
        if (error.IsError) return error;
        KeptUse.MarkBackedUp(root!);
        snapshot = new KeptSnapshot(PlaceOf(mount, name), root!);
        return error;
    }

    private static OsError OpenIn(Mount mount, LocalPointName name, out int folder, out VolumeRoot? root)
    {
        root = null;
        OsError error = BtrfsSnapshots.OpenFolders(mount, mayCreate: false, out int subvolume, out folder);
        if (error.IsError)
        {
            folder = -1;
            return error;
        }

        _ = Libc.close(subvolume);
        return VolumeRoot.OpenBelow(folder, BytesOf(name), out root);
    }
}
