using Coffer.Agent.Homes;
using Coffer.Domain;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots;
using Coffer.FileSystem.Snapshots.Keeping;

namespace Coffer.Agent.LocalPoints;

/// <summary>
/// Finds local points on the volumes themselves, so that they are found without a home, a vault and a key, and after
/// a run that was killed.
/// </summary>
/// <param name="known">For the names of data sources.</param>
/// <param name="providerOf">Null where a volume has no kind of snapshot.</param>
public sealed class LocalPointSearch(IReadOnlyList<KnownSource> known, Func<Mount, ISnapshotProvider?> providerOf)
{
    public async Task<LocalPointListing> RunAsync(IEnumerable<Mount> mounts, CancellationToken cancellationToken)
    {
        var points = new List<LocalPoint>();
        var problems = new List<string>();
        foreach (var mount in mounts.Where(mount => !mount.IsPseudo))
        {
            if (providerOf(mount) is not { Kept: { } snapshots } provider) continue;
            var listing = await snapshots.ListAsync(mount, cancellationToken);
            points.AddRange(listing.Names.OrderBy(name => name.TakenAt).ThenBy(name => name.Id, StringComparer.Ordinal)
                .Select(name => new LocalPoint(
                    name, LabelOf(name, mount), mount, provider, snapshots.IsBeingBackedUp(mount, name))));
            if (listing.Problem is { } problem)
                problems.Add($"{PathText.Render(mount.MountPoint)} could not be looked at: {problem}");
        }

        return new LocalPointListing(points, problems);
    }

    private string LabelOf(LocalPointName name, Mount mount) =>
        known.FirstOrDefault(source => source.Id == name.Source)?.Label ?? PathText.Render(mount.MountPoint);
}
