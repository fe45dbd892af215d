using Coffer.Contracts.Points;
using Coffer.Domain;

namespace Coffer.Agent.Browsing;

/// <summary>Chooses one point of each data source out of what a vault lists.</summary>
public static class PointChooser
{
    /// <summary>The newest of each source. A deleted one only where the source has no other.</summary>
    /// <exception cref="FaultException"><c>point.none</c>.</exception>
    public static IReadOnlyList<PointDescription> Latest(IEnumerable<PointDescription> points)
    {
        var chosen = NewestOfEach(points);
        return chosen.Count > 0 ? chosen : throw None();
    }

    /// <summary>The newest of each source that was received at or before <paramref name="time"/>.</summary>
    /// <exception cref="FaultException"><c>point.none</c>, <c>point.none-at</c>.</exception>
    public static IReadOnlyList<PointDescription> At(IEnumerable<PointDescription> points, DateTimeOffset time)
    {
        var all = points.ToList();
        if (all.Count == 0) throw None();
        var chosen = NewestOfEach(all.Where(point => point.ReceivedAt <= time));
        if (chosen.Count > 0) return chosen;
        var oldest = all.Min(point => point.ReceivedAt);
        throw FaultException.Failed(
            "point.none-at",
            $"There is no point at or before {time:u}; the oldest is of {oldest:u}.",
            "Choose a later time, or list them with 'coffer point list'.");
    }

    /// <summary>
    /// The point of this id, or of the only id that begins so, first; then of each other source of its machine the
    /// point of the same job; of a source that the job has none of, the newest that was received at or before it.
    /// </summary>
    /// <param name="id">Hexadecimal, at least <see cref="ShortestPrefix"/> digits.</param>
    /// <exception cref="FaultException"><c>point.none</c>, <c>point.unknown</c>, <c>point.ambiguous</c>.</exception>
    public static IReadOnlyList<PointDescription> ById(IEnumerable<PointDescription> points, string id)
    {
        var all = points.ToList();
        if (all.Count == 0) throw None();
        var point = One(all, id);
        var others = all.FindAll(other => other.Machine == point.Machine && other.Source != point.Source);
        var ofJob = point.Job is null ? [] : others.FindAll(other => other.Job == point.Job);
        var inJob = ofJob.Select(other => other.Source).ToHashSet();
        var before = others.Where(other => other.ReceivedAt <= point.ReceivedAt && !inJob.Contains(other.Source));
        return [point, .. NewestOfEach(ofJob.Concat(before))];
    }

    /// <summary>The point of this id, or of the only id that begins so.</summary>
    /// <exception cref="FaultException"><c>point.unknown</c>, <c>point.ambiguous</c>.</exception>
    public static PointDescription One(IEnumerable<PointDescription> points, string id)
    {
        bool isPrefix = id.Length is >= ShortestPrefix and <= ObjectId.Size * 2 && id.All(char.IsAsciiHexDigit);
        var matches = !isPrefix
            ? []
            : points.Where(p => p.Id.ToString().StartsWith(id, StringComparison.OrdinalIgnoreCase)).Take(11).ToList();
        if (matches.Count == 1) return matches[0];
        if (matches.Count == 0) throw Unknown(id);

        string some = string.Join(", ", matches.Take(10).Select(p => p.Id.ToString()[..16]));
        throw FaultException.Usage(
            "point.ambiguous", $"Several points begin with '{id}': {some}.", "Give more digits.");
    }

    /// <summary>Digits of an id that must be given: fewer are more likely a slip than an id.</summary>
    public const int ShortestPrefix = 4;

    private static List<PointDescription> NewestOfEach(IEnumerable<PointDescription> points)
    {
        var newest = new Dictionary<(MachineId, SourceId), PointDescription>();
        foreach (var point in points)
        {
            var source = (point.Machine, point.Source);
            if (!newest.TryGetValue(source, out var known) || IsBetter(point, known)) newest[source] = point;
        }

        return [.. newest.Values.OrderBy(point => point.SourceLabel, StringComparer.Ordinal).ThenBy(point => point.Id)];
    }

    private static bool IsBetter(PointDescription point, PointDescription known)
    {
        bool isLive = point.State == PointState.Live, wasLive = known.State == PointState.Live;
        return isLive != wasLive ? isLive : point.Sequence > known.Sequence;
    }

    private static FaultException Unknown(string id) => id.Length < ShortestPrefix && id.All(char.IsAsciiHexDigit)
        ? FaultException.Usage("point.unknown",
            $"'{id}' is too short for a point's id: at least {ShortestPrefix} of its digits are needed.",
            "`coffer point list` shows them.")
        : FaultException.Usage("point.unknown", $"No point has the id '{id}'.", "`coffer point list` shows them.");

    private static FaultException None() => FaultException.Failed(
        "point.none", "There is no recovery point yet.", "Make one with 'coffer backup'.");
}
