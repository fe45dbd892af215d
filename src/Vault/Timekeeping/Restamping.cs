using Coffer.Domain;
using Coffer.Domain.Time;

namespace Coffer.Vault.Timekeeping;

/// <summary>A point and the time that it was stamped with.</summary>
internal sealed record StampedPoint(
    ObjectId Id, KeyspaceId Keyspace, SourceId Source, long Sequence, DateTimeOffset Received);

/// <summary>
/// What stamps that were given while the clock was in doubt should have been: by the distance on the boot clock where
/// that runs still, else the end of the doubt. A stamp is only ever pulled down, and never above that of a later point
/// of its source: too early only keeps for less long what is newer still, too late would make others expire before it.
/// </summary>
internal static class Restamping
{
    /// <summary>Below this a difference is the drift of two clocks.</summary>
    private static readonly TimeSpan Drift = TimeSpan.FromMinutes(5);

    /// <param name="points">All that may be stamped wrong.</param>
    /// <param name="doubted">What the clocks showed since they were last believed, in that order.</param>
    /// <param name="now">What they show now that they are believed again.</param>
    /// <returns>The points whose stamps change, with their new ones.</returns>
    public static List<StampedPoint> Run(
        IEnumerable<StampedPoint> points, IReadOnlyList<ClockObservation> doubted, ClockObservation now)
    {
        var changed = new List<StampedPoint>();
        foreach (var source in points.GroupBy(point => point.Source))
        {
            var latest = now.Wall;
            foreach (var point in source.OrderByDescending(point => point.Sequence))
            {
                var right = Right(point.Received, doubted, now);
                if (right > latest) right = latest;
                if (point.Received - right > Drift) changed.Add(point with { Received = right });
                latest = point.Received < right ? point.Received : right;
            }
        }
        return changed;
    }

    private static DateTimeOffset Right(
        DateTimeOffset stamp, IReadOnlyList<ClockObservation> doubted, ClockObservation now)
    {
        for (int i = doubted.Count - 1; i >= 0; i--)
        {
            var then = doubted[i];
            bool isOfThen = stamp >= then.Wall && then.BootId == now.BootId
                && stamp - then.Wall <= now.SinceBoot - then.SinceBoot;
            if (isOfThen) return now.Wall - (now.SinceBoot - then.SinceBoot) + (stamp - then.Wall);
        }
        return stamp < now.Wall ? stamp : now.Wall;
    }
}
