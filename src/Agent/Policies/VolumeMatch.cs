using Coffer.Agent.Homes;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Mounts;
using Coffer.Format.Points;

namespace Coffer.Agent.Policies;

/// <summary>Tells a volume from another. What cannot be seen on either side is not compared.</summary>
internal static class VolumeMatch
{
    public static VolumeDescription Describe(Mount mount)
    {
        var identity = VolumeIdentity.Of(mount);
        return new VolumeDescription(
            identity.FileSystemType,
            identity.Uuid ?? "",
            identity.SubvolumeId?.ToString() ?? "",
            mount.RootWithin,
            mount.MountPoint);
    }

    /// <summary>Known parts that differ, in words; empty where this may be the same volume.</summary>
    public static IReadOnlyList<string> Differences(VolumeDescription stored, VolumeDescription now)
    {
        var differences = new List<string>();
        Compare("file system", stored.FileSystem, now.FileSystem);
        Compare("UUID", stored.Uuid, now.Uuid);
        Compare("subvolume", stored.Subvolume, now.Subvolume);
        Compare("root within the file system", PathText.Render(stored.Root), PathText.Render(now.Root));
        return differences;

        void Compare(string part, string before, string after)
        {
            if (before.Length > 0 && after.Length > 0 && before != after)
                differences.Add($"its {part} was {before} and is {after}");
        }
    }

    /// <summary>Surely the same volume, wherever it is mounted.</summary>
    public static bool IsSame(VolumeDescription stored, VolumeDescription now) =>
        stored.Uuid.Length > 0 && stored.Uuid == now.Uuid && Differences(stored, now).Count == 0;

    public static bool IsAt(KnownSource source, ReadOnlySpan<byte> mountPath) =>
        mountPath.SequenceEqual(source.Volume.MountPath);
}
