using Coffer.FileSystem.Linux;
using Coffer.FileSystem.Mounts;

namespace Coffer.FileSystem.Snapshots.Lvm;

/// <summary>The UUID of a logical volume, as device-mapper has it: 32 letters and digits without dashes.</summary>
internal readonly record struct LvmVolumeId(string Text)
{
    /// <summary>Where sysfs is mounted.</summary>
    public const string Sys = "/sys";

    private const string Prefix = "LVM-";
    private const int UuidLength = 32;

    /// <summary>
    /// The volume that a file system lies on, without anything in between; null where that is none of LVM. The kernel's
    /// name of it is "LVM-", the UUID of the group and that of the volume.
    /// </summary>
    /// <param name="sys">Tests have one of their own making.</param>
    public static LvmVolumeId? Of(Mount mount, string sys)
    {
        if (mount.Major == 0) return null;
        string file = $"{sys}/dev/block/{mount.Major}:{mount.Minor}/dm/uuid";
        if (Descriptors.ReadFile(file, 4096, out byte[] content).IsError) return null;
        string uuid = MountClasses.Text(content).TrimEnd('\n');
        // Parts of a volume have a suffix: none of them is mounted.
        return uuid.StartsWith(Prefix, StringComparison.Ordinal) && uuid.Length == Prefix.Length + (2 * UuidLength)
            ? new LvmVolumeId(uuid[^UuidLength..])
            : null;
    }

    /// <param name="uuid">As LVM's tools write it, with dashes.</param>
    public bool IsOf(string uuid) => uuid.Replace("-", "", StringComparison.Ordinal) == Text;
}
