using Coffer.Agent.Homes;
using Coffer.Agent.LocalPoints;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots;

namespace Coffer.Cli.Commands.Points;

/// <summary>The local points of this machine; the home is asked for names alone, and need not be there.</summary>
internal static class LocalPointsHere
{
    /// <summary>On all volumes; what could not be looked at is told.</summary>
    public static async Task<LocalPointListing> FindAsync(Invocation invocation, MountTable mounts)
    {
        var search = new LocalPointSearch(Sources(invocation.Home), SnapshotProviders.For(invocation.Time));
        var listing = await search.RunAsync(mounts.Mounts, invocation.Cancellation);
        foreach (string problem in listing.Problems)
            invocation.Printer.Remark("local-point.unseen", $"{problem}; root sees all local points.");
        return listing;
    }

    /// <summary>
    /// Those of this home's data sources, for a status, which must not take long: ZFS, where each dataset is a program
    /// to run, only if points are kept.
    /// </summary>
    public static async Task<IReadOnlyList<LocalPoint>> GlanceAsync(Invocation invocation)
    {
        bool isKept = invocation.Home.ReadSettings().LocalPoints > 0;
        var known = Sources(invocation.Home);
        var search = new LocalPointSearch(known, SnapshotProviders.For(invocation.Time));
        var mounts = MountTable.Read().Mounts.Where(mount => isKept || mount.FileSystemType != "zfs");
        var found = (await search.RunAsync(mounts, invocation.Cancellation)).Distinct;
        return [.. found.Where(point => known.Any(source => source.Id == point.Name.Source))];
    }

    private static IReadOnlyList<KnownSource> Sources(AgentHome home)
    {
        try
        {
            return home.ReadSources();
        }
        catch (FaultException)
        {
            return [];
        }
    }
}
