using System.Text;

namespace Coffer.FileSystem.Mounts;

/// <summary>Sorts file system types; what is not known here and has a block device is taken as a local disk.</summary>
internal static class MountClasses
{
    private const uint AnonymousMajor = 0;

    public static MountClass Of(Mount mount) => IsMountedSnapshot(mount)
        ? MountClass.Pseudo
        : OfType(mount.FileSystemType) ?? OfDevice(mount);

    // ZFS mounts a snapshot below its dataset for who looks into it, and for some minutes more.
    private static bool IsMountedSnapshot(Mount mount) => mount.FileSystemType == "zfs"
        && mount.Source.AsSpan().Contains((byte)'@') && mount.MountPoint.AsSpan().IndexOf("/.zfs/snapshot/"u8) >= 0;

    private static MountClass? OfType(string type) => type switch
    {
        "proc" or "sysfs" or "devtmpfs" or "devpts" or "cgroup" or "cgroup2" or "securityfs" or "debugfs" or "tracefs"
            or "pstore" or "bpf" or "configfs" or "fusectl" or "mqueue" or "hugetlbfs" or "autofs" or "binfmt_misc"
            or "efivarfs" or "rpc_pipefs" or "nsfs" or "nfsd" or "selinuxfs" or "smackfs" or "sockfs" or "pipefs"
            or "fuse.lxcfs" or "fuse.gvfsd-fuse" or "fuse.portal" or "fuse.coffer" => MountClass.Pseudo,
        "tmpfs" or "ramfs" => MountClass.Memory,
        "overlay" or "aufs" or "unionfs" or "fuse.fuse-overlayfs" or "fuse.overlayfs" or "fuse.mergerfs" =>
            MountClass.Overlay,
        "nfs" or "nfs4" or "cifs" or "smb3" or "smbfs" or "9p" or "virtiofs" or "ceph" or "fuse.ceph" or "afs"
            or "lustre"
            or "beegfs" or "ncpfs" or "coda" or "gfs2" or "ocfs2" or "fuse.glusterfs" or "fuse.sshfs" or "fuse.s3fs"
            or "fuse.rclone" or "fuse.davfs" or "fuse.gcsfuse" or "fuse.blobfuse" or "fuse.blobfuse2"
            or "fuse.curlftpfs" or "davfs" => MountClass.Network,
        _ => null,
    };

    private static MountClass OfDevice(Mount mount)
    {
        // FUSE without a block device is somebody's program: it may hang, vanish or be far away, like a network.
        if (mount.Major == AnonymousMajor && mount.FileSystemType.StartsWith("fuse", StringComparison.Ordinal))
            return MountClass.Network;
        return BlockDevices.Live.IsRemovable(mount) ? MountClass.Removable : MountClass.Local;
    }

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
