using System.Text;
using Coffer.Agent.Policies;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Mounts;

namespace Coffer.Agent.Caching.Places;

/// <summary>Whether the disk that a cache folder was chosen on is there.</summary>
internal static class CacheVolume
{
    /// <summary>The cache in a folder, marked with an id, on the disk that is there now.</summary>
    public static CacheSetting Describe(string folder, Id128 id, MountTable mounts) =>
        new(folder, id, VolumeMatch.Describe(MountOf(folder, mounts)));

    /// <summary>
    /// Null where it is there, whether the folder is or not. Otherwise how what is there differs: nothing may be
    /// written under a mount point that waits for its disk.
    /// </summary>
    public static string? ReasonAway(CacheSetting cache, MountTable mounts)
    {
        var now = VolumeMatch.Describe(MountOf(cache.Folder, mounts));
        var differences = VolumeMatch.Differences(cache.Volume, now);
        if (differences.Count > 0) return string.Join("; ", differences);
        bool isTold = cache.Volume.Uuid.Length > 0 && now.Uuid.Length > 0;
        return isTold || now.MountPath.AsSpan().SequenceEqual(cache.Volume.MountPath)
            ? null
            : $"it was mounted at {PathText.Render(cache.Volume.MountPath)}";
    }

    private static Mount MountOf(string folder, MountTable mounts)
    {
        for (string? above = folder; above is not null; above = Path.GetDirectoryName(above))
            if (!SystemPaths.Resolve(Encoding.UTF8.GetBytes(above), out byte[] real).IsError) return mounts.Of(real);
        return mounts.Of("/"u8);
    }
}
