using Coffer.Domain;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots.Keeping;

namespace Coffer.Agent.LocalPoints;

/// <summary>Removes the local points of one data source that are too many; one that is being read waits.</summary>
internal sealed class LocalPointUpkeep(IKeptSnapshots snapshots, Mount mount, SourceId source, TimeProvider time)
{
    /// <param name="count">How many stay.</param>
    /// <param name="current">The one that was just taken: it is among those that stay.</param>
    public async Task<UpkeepResult> KeepAsync(
        int count, LocalPointName? current, CancellationToken cancellationToken)
    {
        var listing = await snapshots.ListAsync(mount, cancellationToken);
        var left = new List<(string, string)>();
        int removed = 0, isRead = 0;
        foreach (var name in LocalPointRules.Surplus(
            listing.Names, source, count, current, time.GetUtcNow()))
        {
            var removal = await snapshots.RemoveAsync(mount, name, cancellationToken);
            if (removal.Problem is { } problem) left.Add((snapshots.PlaceOf(mount, name), problem));
            else if (removal.IsInUse) isRead++;
            else removed++;
        }

        return new UpkeepResult(removed, isRead, left);
    }
}

/// <param name="Read">Those that stay for now, as somebody reads them.</param>
/// <param name="Left">Those that could not be removed, and why.</param>
internal sealed record UpkeepResult(int Removed, int Read, IReadOnlyList<(string Place, string Problem)> Left);
