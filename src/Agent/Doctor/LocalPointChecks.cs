using System.Globalization;
using Coffer.Agent.Homes;
using Coffer.Agent.LocalPoints;
using Coffer.Domain;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots;

namespace Coffer.Agent.Doctor;

/// <summary>How many local points there are, and where none can be kept though some were asked for.</summary>
internal static class LocalPointChecks
{
    /// <param name="providerOf">Null where a volume has no kind of snapshot.</param>
    public static async Task<CheckResult> LookAsync(
        AgentHome home, MountTable mounts, Func<Mount, ISnapshotProvider?> providerOf,
        CancellationToken cancellationToken)
    {
        var search = new LocalPointSearch([], providerOf);
        var listing = await search.RunAsync(mounts.Mounts, cancellationToken);
        string found = Told(listing);
        int wanted = home.ReadSettings().LocalPoints;
        if (wanted == 0) return CheckResult.Good(found);
        var policy = home.ReadPolicy();
        var not = SelectedMounts.Of(policy, mounts)
            .Select(mount => (mount, Reason: LocalPointRules.ReasonAgainst(mount, providerOf(mount), policy)))
            .Where(against => against.Reason is not null)
            .Select(against => $"{PathText.Render(against.mount.MountPoint)}: {against.Reason}").ToList();
        return not.Count == 0
            ? CheckResult.Good($"{found}; {wanted} of each volume stay")
            : CheckResult.Note($"{found}; {wanted} of each volume would stay, and none can of "
                + string.Join("; of ", not));
    }

    private static string Told(LocalPointListing listing)
    {
        var points = listing.Distinct;
        string unseen = listing.Problems.Count == 0 ? "" : $" (of {listing.Problems.Count} volumes it is not known)";
        if (points.Count == 0) return $"none{unseen}";
        string oldest = points.Min(point => point.Name.TakenAt).ToString("u", CultureInfo.InvariantCulture);
        return $"{points.Count}, the oldest of {oldest}{unseen}";
    }
}
