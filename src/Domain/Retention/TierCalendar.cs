using Coffer.Domain.Schedules;

namespace Coffer.Domain.Retention;

/// <summary>A time at which a tier wants a point.</summary>
/// <param name="Until">When the tag that is given for it ends.</param>
internal readonly record struct TierSlot(DateOnly Day, DateTimeOffset At, DateTimeOffset Until);

/// <summary>The times of one tier, by the wall clock of its schedule.</summary>
internal sealed class TierCalendar
{
    private readonly WallClock _clock;
    private readonly TimeOnly[] _times; // the latest first

    public TierCalendar(RetentionTier tier, BackupSchedule schedule, WallClock clock)
    {
        (Tier, _clock) = (tier, clock);
        _times = [.. (tier.Times.Count > 0 ? tier.Times : schedule.Times).Distinct().OrderDescending()];
    }

    public RetentionTier Tier { get; }

    /// <summary>The newest time of the tier between two instants; null where there is none.</summary>
    /// <param name="after">Left out itself; null: the beginning of all times.</param>
    /// <param name="until">Included.</param>
    public TierSlot? LatestBetween(DateTimeOffset? after, DateTimeOffset until)
    {
        var day = _clock.DayAt(until);
        // The day before as well: where the clock skips a day, its times fall on the next.
        var first = after is { } start ? _clock.DayAt(start).AddDays(-1) : DateOnly.MinValue;
        for (int back = 0; back <= Tier.LongestGapDays && day >= first; back++, day = day.AddDays(-1))
        {
            if (!Tier.Holds(day)) continue;
            foreach (var time in _times)
            {
                var at = _clock.InstantOf(day, time);
                if (at <= after) return null;
                if (at <= until) return new TierSlot(day, at, _clock.InstantOf(Tier.EndOf(day), time));
            }
        }
        return null;
    }

    /// <summary>The end that a point would have which was made for no time of the tier, but by itself.</summary>
    public DateTimeOffset EndOfOwn(DateTimeOffset instant)
    {
        var shown = _clock.Show(instant);
        return _clock.InstantOf(Tier.EndOf(DateOnly.FromDateTime(shown)), TimeOnly.FromDateTime(shown));
    }
}
