using Coffer.Contracts.Points;
using Coffer.Domain;

namespace Coffer.Agent.Homes;

/// <summary>Holds what a vault shows against what this machine remembers (security: rollback).</summary>
public static class LastPoints
{
    /// <summary>The sources of which the vault shows less than it has acknowledged, now or since nobody accepted it.
    /// </summary>
    /// <param name="listed">All points of this machine, as the vault lists them.</param>
    public static IReadOnlyList<(LastPoint Last, OlderVault Older)> Missed(
        IReadOnlyList<LastPoint> known, IReadOnlyList<PointDescription> listed, DateTimeOffset now)
    {
        var missed = new List<(LastPoint, OlderVault)>();
        foreach (var last in known)
        {
            if (last.Older is { } older) missed.Add((last, older));
            else if (last.Point is { } point && !Shows(listed, last, point))
                missed.Add((last, new OlderVault(
                    now, last.Sequence, point, NewestOf(listed, last.Source)?.Sequence ?? 0)));
        }

        return missed;
    }

    /// <summary>What the vault shows now is all that it has to show from now on; numbers go on as they were.</summary>
    public static IReadOnlyList<LastPoint> Accept(
        IReadOnlyList<LastPoint> known, IReadOnlyList<PointDescription> listed, DateTimeOffset now)
    {
        var missed = Missed(known, listed, now).Select(miss => miss.Last.Source).ToHashSet();
        return
        [
            .. known.Select(last => missed.Contains(last.Source)
                ? Accepted(last, NewestOf(listed, last.Source))
                : last),
        ];
    }

    /// <summary>
    /// This machine let all points of a source go, deleted or expired: that they are gone one day is no vault put back
    /// to an older state.
    /// </summary>
    public static IReadOnlyList<LastPoint> LetGo(IReadOnlyList<LastPoint> known, SourceId source) =>
        [.. known.Select(last => last.Source == source ? Accepted(last, null) : last)];

    /// <summary>After a backup of a source.</summary>
    /// <param name="point">Null where none was made.</param>
    /// <param name="older">What the run found; null: all was there.</param>
    public static IReadOnlyList<LastPoint> Note(
        IReadOnlyList<LastPoint> known, KnownSource source, PointDescription? point, OlderVault? older)
    {
        var before = known.FirstOrDefault(last => last.Source == source.Id)
            ?? new LastPoint(source.Id, source.Label, 0, 0, null, null);
        var now = point is null ? before : before with
        {
            HighestSequence = Math.Max(before.HighestSequence, point.Sequence),
            Sequence = point.Sequence,
            Point = point.Id,
        };
        now = now with { Label = source.Label, Older = before.Older ?? older };
        return [.. known.Where(last => last.Source != source.Id), now];
    }

    private static bool Shows(IReadOnlyList<PointDescription> listed, LastPoint last, ObjectId point) => listed.Any(
        shown => shown.Source == last.Source && (shown.Id == point || shown.Sequence > last.Sequence));

    private static PointDescription? NewestOf(IReadOnlyList<PointDescription> listed, SourceId source) =>
        listed.Where(point => point.Source == source).MaxBy(point => point.Sequence);

    private static LastPoint Accepted(LastPoint last, PointDescription? newest) =>
        last with { Sequence = newest?.Sequence ?? 0, Point = newest?.Id, Older = null };
}
