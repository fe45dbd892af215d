using Coffer.Agent.Homes;
using Coffer.Domain;
using Coffer.FileSystem.Mounts;

namespace Coffer.Agent.Caching.Places;

/// <summary>
/// Removes what the cache left behind where it lay before. Only after a good run: until then the new place has not
/// shown that it works.
/// </summary>
internal static class CacheLeftovers
{
    /// <summary>The caller holds the job's lock: nobody uses a cache meanwhile.</summary>
    /// <returns>What could not be removed yet, for people.</returns>
    public static IReadOnlyList<Fault> Remove(AgentHome home, MountTable mounts)
    {
        if (home.ReadSettings().LeftCaches.Count == 0) return [];
        using var held = home.TryLock();
        if (held is null) return []; // the next run does it
        var settings = home.ReadSettings();
        var remarks = new List<Fault>();
        var kept = new List<CacheSetting>();
        foreach (var left in settings.LeftCaches)
        {
            // Its disk may come back.
            if (CacheVolume.ReasonAway(left, mounts) is not null) kept.Add(left);
            else if (left.Folder != home.CacheFolder && Remove(left, home) is { } problem)
            {
                remarks.Add(problem);
                kept.Add(left);
            }
        }

        if (kept.Count < settings.LeftCaches.Count) home.WriteSettings(settings with { LeftCaches = kept });
        return remarks;
    }

    /// <summary>Null where nothing of ours is left in it.</summary>
    private static Fault? Remove(CacheSetting left, AgentHome home)
    {
        try
        {
            if (!Directory.Exists(left.Folder) || CachePlace.DangerOf(left.Folder) is not null) return null;
            // Somebody else's by now, unless it is the home's own.
            bool isOurs = left.Folder == home.DefaultCacheFolder || CacheMarker.Read(left.Folder) == left.Id
                || CacheContents.IsEmpty(left.Folder);
            if (isOurs) CacheContents.Remove(left.Folder);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Fault("cache.left-over", FaultKind.Failed,
                $"The cache folder {left.Folder}, used before, could not be removed: {e.Message.TrimEnd('.')}.",
                "The next good backup tries again.");
        }
    }
}
