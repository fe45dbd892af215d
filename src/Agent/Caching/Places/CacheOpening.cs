using Coffer.Agent.Homes;
using Coffer.Domain;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Secrets;

namespace Coffer.Agent.Caching.Places;

/// <param name="Remark">What a person should know; null where all is as it was left.</param>
internal sealed record OpenedCache(string Folder, Fault? Remark);

/// <summary>
/// Looks at the cache folder before it is used, and makes it where it is missing. Losing it costs time, never data: a
/// folder that was deleted is made anew. But what was chosen on a disk of its own is never made anew on another one:
/// the root disk under a mount point that waits for it would fill unseen.
/// </summary>
internal static class CacheOpening
{
    private const string Choose =
        "`coffer settings set cache DIR` chooses another place, `coffer settings set cache default` the home.";

    /// <param name="mounts">As they are now; null: read here, where they matter.</param>
    /// <exception cref="FaultException">
    /// <c>cache.place</c>, <c>cache.offline</c>, <c>cache.no-space</c>, <c>folder.create</c>.
    /// </exception>
    public static OpenedCache Open(AgentHome home, MountTable? mounts = null)
    {
        if (home.ReadSettings().Cache is { } chosen) return OpenChosen(home, chosen, mounts ?? MountTable.Read());
        string folder = home.DefaultCacheFolder;
        // The disk is not judged: keys and settings lie there as well.
        if (CachePlace.DangerOf(folder) is { } danger)
            throw Refused(folder, danger.Reason, "Remove it; the next backup makes a private folder there.");
        PrivateFolder.Ensure(home.Folder);
        if (!Directory.Exists(folder)) CacheRoom.Require(folder);
        PrivateFolder.Ensure(folder);
        return new OpenedCache(folder, null);
    }

    /// <summary>Why a chosen folder cannot be used now; null where it can.</summary>
    public static Fault? Problem(CacheSetting chosen, MountTable mounts, MountPlan plan)
    {
        if (CacheVolume.ReasonAway(chosen, mounts) is { } away)
            return new Fault("cache.offline", FaultKind.Failed,
                $"The disk of the cache folder {chosen.Folder} is not mounted: {away}.",
                $"Mount it; or, where it is gone for good: {Choose} No backup is lost.");
        if (CachePlace.ObjectionTo(chosen.Folder, mounts, plan) is { } objection)
            return Refused(chosen.Folder, objection.Reason, $"{objection.Cure} {Choose}").Fault;
        return !Directory.Exists(chosen.Folder) || HoldsOurs(chosen)
            ? null
            : Refused(chosen.Folder, "it holds files that are not of this machine's cache", Choose).Fault;
    }

    private static OpenedCache OpenChosen(AgentHome home, CacheSetting chosen, MountTable mounts)
    {
        if (Problem(chosen, mounts, MountPlan.Read()) is { } problem) throw new FaultException(problem);
        if (CacheMarker.Read(chosen.Folder) == chosen.Id) return new OpenedCache(chosen.Folder, null);
        CacheRoom.Require(chosen.Folder);
        CacheMarker.Write(chosen.Folder, chosen.Id, home);
        return new OpenedCache(chosen.Folder, new Fault("cache.new", FaultKind.Failed,
            $"The cache folder {chosen.Folder} was gone and is made anew: this run reads the listing from the vault.",
            "No backup is lost."));
    }

    // The marker may be gone with the rest, when somebody emptied the folder.
    private static bool HoldsOurs(CacheSetting chosen) =>
        CacheMarker.Read(chosen.Folder) is { } id ? id == chosen.Id : CacheContents.IsOurs(chosen.Folder);

    private static FaultException Refused(string folder, string reason, string cure) =>
        FaultException.Refused("cache.place", $"The cache folder {folder} cannot be used: {reason}.", cure);
}
