using Coffer.Domain.Schedules;

namespace Coffer.Domain.Retention;

/// <summary>
/// How long each point of one data source is kept. A function of the points and the policy in force and of nothing
/// else, so that the edits of a policy reach back by themselves, and a lost catalog loses no tag.
///
/// At each time of a tier the next good point takes the tag: the run that was meant for it, or what came after it
/// failed. Of several times that went by without a point the latest counts. A later point never takes a tag away; where
/// a tagged point is deleted or lost, the next one inherits it.
/// </summary>
public sealed class RetentionPlan
{
    private readonly TierCalendar[] _tiers;
    private readonly TierCalendar? _daily;
    private readonly WallClock _clock;

    public RetentionPlan(RetentionRules rules, BackupSchedule schedule)
    {
        _clock = WallClock.Of(schedule.TimeZone);
        _tiers = [.. rules.Tiers.Select(tier => new TierCalendar(tier, schedule, _clock))];
        _daily = Array.Find(_tiers, tier => tier.Tier.Kind == TierKind.Daily);
    }

    /// <param name="points">Good ones, neither deleted nor given up, in any order.</param>
    /// <returns>In the order of time.</returns>
    public IReadOnlyList<PointLife> LivesOf(IEnumerable<KeptPoint> points)
    {
        var lives = new List<PointLife>();
        DateTimeOffset? before = null;
        foreach (var point in points.OrderBy(point => point.At).ThenBy(point => point.Sequence))
        {
            lives.Add(LifeOf(point, before));
            before = point.At;
        }
        return lives;
    }

    /// <summary>
    /// The point of an absent machine that stays though its time is over: the one that would be kept for longest, the
    /// newest of several. It goes once a newer one is kept for as long.
    /// </summary>
    public static PointLife? LastToGo(IEnumerable<PointLife> lives)
    {
        PointLife? last = null;
        foreach (var life in lives)
            if (last is null || !IsEarlier(life.ExpiresAt, last.ExpiresAt)) last = life;
        return last;
    }

    /// <summary>
    /// For how long a point is kept that a person makes and says nothing: as the shortest tier has it; null: for ever.
    /// </summary>
    public DateTimeOffset? UsualEnd(DateTimeOffset now) => _tiers.Length == 0 ? null : _tiers[0].EndOfOwn(now);

    /// <summary>What a machine may ask for at most, without a person at the vault; null: no limit.</summary>
    public DateTimeOffset? LatestEnd(DateTimeOffset now) =>
        _tiers.Length == 0 ? null : _tiers.Max(tier => tier.EndOfOwn(now));

    private PointLife LifeOf(KeptPoint point, DateTimeOffset? before)
    {
        var tags = new List<RetentionTag>();
        foreach (var tier in _tiers)
        {
            // Daily, what the schedule made counts from itself, also where two runs fell between two times.
            bool isOwn = tier == _daily && point.RetainUntil is null;
            var slot = tier.LatestBetween(before, point.At);
            if (slot is null && !isOwn) continue;
            tags.Add(new RetentionTag(
                tier.Tier.Kind, slot?.Day ?? _clock.DayAt(point.At),
                isOwn ? tier.EndOfOwn(point.At) : slot!.Value.Until));
        }
        if (point.RetainUntil is { } until) tags.Add(new RetentionTag(null, _clock.DayAt(point.At), until));
        if (point.ExtendedUntil is { } extended)
            tags.Add(new RetentionTag(null, _clock.DayAt(point.At), extended) { IsExtension = true });
        if (_tiers.Length == 0) return new PointLife(point, tags, null);
        // What no tier wants any more, after an edit, has had its time.
        return new PointLife(point, tags, tags.Count == 0 ? point.At : tags.Max(tag => tag.Until));
    }

    private static bool IsEarlier(DateTimeOffset? end, DateTimeOffset? other) =>
        end is { } mine && (other is not { } theirs || mine < theirs);
}
