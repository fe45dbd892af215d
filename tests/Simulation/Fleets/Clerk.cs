using Coffer.Domain;
using Coffer.Domain.Retention;
using Coffer.Unit.Domain.Retention;

namespace Coffer.Simulation.Fleets;

/// <summary>Says what is left of one data source on each day, from <see cref="SlowRetention"/> alone.</summary>
internal sealed class Clerk(FleetSource source, IReadOnlyList<LifeEvent> life)
{
    private readonly Queue<PointMade> _toCome = new(life.OfType<PointMade>().Where(made => made.Source == source));
    private readonly List<PolicyEdited> _edits = [.. life.OfType<PolicyEdited>()];
    private readonly List<Stopped> _stops = [.. life.OfType<Stopped>().Where(each => each.Source == source)];
    private readonly DateTimeOffset _firstPoint = life.OfType<PointMade>().First(made => made.Source == source).At;
    private readonly List<KeptPoint> _kept = [];
    private Dictionary<ObjectId, DateTimeOffset?> _ends = [];
    private PolicyEdited? _inForce;

    public FleetSource Source => source;

    /// <summary>To be asked once a day, in order.</summary>
    public IReadOnlyList<ObjectId> LeftOn(DateTimeOffset now)
    {
        var arrived = new List<KeptPoint>();
        while (_toCome.TryPeek(out var made) && made.At <= now) arrived.Add(_toCome.Dequeue().Point);
        _kept.AddRange(arrived);
        Reckon(now);
        bool isStopped = _stops.FindLast(each => each.At <= now) is { IsStopped: true };
        if (!isStopped && _kept.Count > 0) LetGo(now);
        return [.. _kept.Select(point => point.Id)];
    }

    /// <summary>A point, for whoever looks for a fault.</summary>
    public string Tell(ObjectId point) => $"{life.OfType<PointMade>().First(made => made.Point.Id == point).Point}, "
        + $"which the clerk ends at {_ends[point]:u} under version {_inForce?.Policy.Version}";

    // The newest stays, and the one that is kept for longest, the newest of several.
    private void LetGo(DateTimeOffset now)
    {
        var last = _kept.OrderBy(point => _ends[point.Id] ?? DateTimeOffset.MaxValue).ThenBy(point => point.At)
            .ThenBy(point => point.Sequence).Last();
        var newest = _kept.MaxBy(point => point.Sequence);
        _kept.RemoveAll(point => point != last && point != newest && _ends[point.Id] <= now);
    }

    // Once for each policy: what is still there, and all that will be made under it. A source of which the policy
    // selects nothing any more stays under the one before.
    private void Reckon(DateTimeOffset now)
    {
        var edits = _edits.FindAll(edit => edit.At <= now);
        var inForce = source.Label == "/" ? edits[^1] : LastThatSelects(edits);
        if (inForce == _inForce || inForce is null) return;
        _inForce = inForce;
        var (rules, schedule) = (inForce.Policy.Retention, inForce.Policy.Schedule);
        var first = DateOnly.FromDateTime(life[0].At.Date).AddDays(-800);
        var slow = new SlowRetention(rules, schedule, first, first.AddDays(366 * 12));
        var next = _edits.SkipWhile(edit => edit != inForce).ElementAtOrDefault(1)?.At ?? DateTimeOffset.MaxValue;
        _ends = slow.Ends(_kept.Concat(_toCome.Where(made => made.At <= next).Select(made => made.Point)));
    }

    // The policies of a volume's one chain: from its first selection to its removal.
    private PolicyEdited? LastThatSelects(List<PolicyEdited> edits)
    {
        int began = edits.FindLastIndex(edit => edit.At <= _firstPoint);
        if (began < 0) return null;
        int end = edits.FindIndex(began, edit => edit.Policy.Items.Count == 1);
        return end < 0 ? edits[^1] : edits[end - 1];
    }
}
