using Coffer.Domain;
using Coffer.Domain.Retention;
using Coffer.Domain.Schedules;

namespace Coffer.Unit.Domain.Retention;

/// <summary>
/// Retention as a patient clerk would do it: writes down every time of every tier, day after day, with the framework's
/// rules for time zones; gives each to the first point that comes; and counts forward how long it lasts. Of what the
/// schedule made a day counts from the point itself.
/// </summary>
internal sealed class SlowRetention
{
    private readonly List<Slot> _slots = [];
    private readonly Dictionary<(TierKind, int), List<DateTimeOffset>> _series = [];
    private readonly RetentionRules _rules;
    private readonly TimeZoneInfo _zone;

    /// <param name="from">Before the first point by more than the longest gap of a tier.</param>
    /// <param name="until">After the last end.</param>
    public SlowRetention(RetentionRules rules, BackupSchedule schedule, DateOnly from, DateOnly until)
    {
        (_rules, _zone) = (rules, TimeZoneInfo.FindSystemTimeZoneById(schedule.TimeZone));
        for (var day = from; day <= until; day = day.AddDays(1))
            foreach (var tier in rules.Tiers)
                foreach (var time in (tier.Times.Count > 0 ? tier.Times : schedule.Times).Distinct())
                    if (SeriesOf(tier, day) is { } series)
                        Note(tier, series * 10_000 + time.Hour * 100 + time.Minute, Ring(day, time));
    }

    /// <summary>When each point goes; null: never.</summary>
    public Dictionary<ObjectId, DateTimeOffset?> Ends(IEnumerable<KeptPoint> all)
    {
        var points = all.OrderBy(point => point.At).ToList();
        if (!_rules.Tiers.Any()) return points.ToDictionary(point => point.Id, _ => (DateTimeOffset?)null);
        var ends = points.ToDictionary(point => point.Id, point => point.RetainUntil ?? point.At);
        foreach (var slot in _slots)
        {
            int taker = points.FindIndex(point => point.At >= slot.At);
            if (taker < 0) continue;
            // Daily, of what the schedule made: below.
            if (slot.Tier.Kind == TierKind.Daily && points[taker].RetainUntil is null) continue;
            var end = slot.Series[slot.Number + slot.Tier.Periods];
            if (end > ends[points[taker].Id]) ends[points[taker].Id] = end;
        }
        if (_rules.Daily is { } daily)
            foreach (var point in points.Where(point => point.RetainUntil is null))
            {
                var shown = TimeZoneInfo.ConvertTime(point.At, _zone).DateTime;
                var end = Ring(DateOnly.FromDateTime(shown).AddDays(daily.Days), TimeOnly.FromDateTime(shown));
                if (end > ends[point.Id]) ends[point.Id] = end;
            }
        return ends.ToDictionary(pair => pair.Key, pair => (DateTimeOffset?)pair.Value);
    }

    private void Note(RetentionTier tier, int series, DateTimeOffset at)
    {
        if (!_series.TryGetValue((tier.Kind, series), out var row)) _series[(tier.Kind, series)] = row = [];
        _slots.Add(new Slot(tier, at, row, row.Count));
        row.Add(at);
    }

    // Days whose tags follow one another: the same weekday, the same place in the month, of the same month.
    private static int? SeriesOf(RetentionTier tier, DateOnly day) => tier switch
    {
        DailyRetention => 0,
        WeeklyRetention weekly => weekly.On.Contains(day.DayOfWeek) ? (int)day.DayOfWeek : null,
        MonthlyRetention monthly => PlaceOf(monthly.On, day),
        YearlyRetention yearly => yearly.InMonths.Contains(day.Month)
            ? PlaceOf(yearly.On, day) + 100 * day.Month
            : null,
        _ => null,
    };

    private static int? PlaceOf(MonthDays on, DateOnly day)
    {
        int length = DateTime.DaysInMonth(day.Year, day.Month);
        if (on is DaysOfMonth days)
        {
            if (days.Days.Contains(day.Day)) return day.Day;
            return days.Days.Contains(DaysOfMonth.Last) && day.Day == length ? 50 : null;
        }
        var weekday = (WeekdayOfMonth)on;
        var such = Enumerable.Range(1, length).Where(d => new DateOnly(day.Year, day.Month, d).DayOfWeek == weekday.Day)
            .ToList();
        int wanted = weekday.Number == 5 ? such[^1] : such[weekday.Number - 1];
        return day.Day == wanted ? 60 : null;
    }

    private DateTimeOffset Ring(DateOnly day, TimeOnly time)
    {
        var local = day.ToDateTime(time);
        // To the full minute: where the clock jumps, it jumps to one.
        while (_zone.IsInvalidTime(local)) local = new DateTime(local.Ticks - local.Ticks % TimeSpan.TicksPerMinute)
            .AddMinutes(1);
        var offset = _zone.IsAmbiguousTime(local)
            ? _zone.GetAmbiguousTimeOffsets(local).Max()
            : _zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    private sealed record Slot(RetentionTier Tier, DateTimeOffset At, List<DateTimeOffset> Series, int Number);
}
