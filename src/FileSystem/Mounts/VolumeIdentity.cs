using Coffer.Domain;
using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Mounts;

/// <summary>
/// What tells one volume from another across boots and mounts. A part that cannot be seen is null.
/// </summary>
/// <param name="FileSystemType">The kernel's name: "ext4".</param>
/// <param name="Uuid">Lower case, as the file system's tools print it.</param>
/// <param name="SubvolumeId">btrfs: the number of the subvolume.</param>
/// <param name="RootWithin">The mounted directory within the file system, escaped as <see cref="PathText"/>
/// does.</param>
/// <param name="MountPath">Only where no UUID can be seen; escaped likewise.</param>
public sealed record VolumeIdentity(
    string FileSystemType, string? Uuid, ulong? SubvolumeId, string? RootWithin, string? MountPath)
{
    public static VolumeIdentity Of(Mount mount)
    {
        string? uuid = null;
        ulong? subvolume = null;
        // Memory and overlay file systems draw a new UUID at each mount: it would make every boot another volume.
        bool hasLastingUuid = mount.Class is MountClass.Local or MountClass.Removable or MountClass.Network;
        int descriptor = !hasLastingUuid
            ? -1 : Descriptors.Open(Libc.AT_FDCWD, mount.MountPoint, Libc.O_RDONLY | Libc.O_DIRECTORY);
        if (descriptor >= 0)
        {
            uuid = VolumeUuid.Read(descriptor);
            if (mount.FileSystemType == "btrfs") subvolume = Btrfs.SubvolumeIdOf(descriptor);
            _ = Libc.close(descriptor);
        }

        if (hasLastingUuid) uuid ??= VolumeUuid.FromDeviceLinks(mount);
        return new VolumeIdentity(
            mount.FileSystemType, uuid, subvolume, PathText.Render(mount.RootWithin),
            uuid is null ? PathText.Render(mount.MountPoint) : null);
    }

    /// <summary>
    /// The parts that are known on both sides and differ, in words; empty when this may be the same volume. What
    /// cannot be seen now is not compared.
    /// </summary>
    public IReadOnlyList<string> DifferencesFrom(VolumeIdentity stored)
    {
        var differences = new List<string>();
        Compare("file system", stored.FileSystemType, FileSystemType);
        Compare("UUID", stored.Uuid, Uuid);
        Compare("subvolume", stored.SubvolumeId?.ToString(), SubvolumeId?.ToString());
        Compare("root within the file system", stored.RootWithin, RootWithin);
        Compare("mount path", stored.MountPath, MountPath);
        return differences;

        void Compare(string part, string? before, string? now)
        {
            if (before is not null && now is not null && before != now)
                differences.Add($"{part} was {before}, is {now}");
        }
    }
}
