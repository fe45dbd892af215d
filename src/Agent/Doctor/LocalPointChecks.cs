using System.Globalization;
using Coffer.Agent.Homes;
using Coffer.Agent.LocalPoints;
using Coffer.Domain.Wording;
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
        var known = home.ReadSources();
        var search = new LocalPointSearch(known, providerOf);
        var listing = await search.RunAsync(mounts.Mounts, cancellationToken);
        string found = Told(listing, known);
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

    // On the volumes lie those of other homes, too: they are neither counted nor removed by this one.
    private static string Told(LocalPointListing listing, IReadOnlyList<KnownSource> known)
    {
        var ids = known.Select(source => source.Id).ToHashSet();
        var points = listing.Distinct.Where(point => ids.Contains(point.Name.Source)).ToList();
        string unseen = listing.Problems.Count == 0
            ? ""
            : $" (of {Counted.Of(listing.Problems.Count, "volume")} it is not known)";
        if (points.Count == 0) return $"none{unseen}";
        string oldest = points.Min(point => point.Name.TakenAt).ToString("u", CultureInfo.InvariantCulture);
        return $"{points.Count}, the oldest of {oldest}{unseen}";
    }
}
