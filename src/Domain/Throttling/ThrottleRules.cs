using Coffer.Domain.Schedules;

namespace Coffer.Domain.Throttling;

/// <summary>
/// How much of its line a machine may take: one rate in the hours of work and one in all others. The hours begin on
/// each work day; those that pass midnight are the day's on which they begin, so that of Friday 22:00 to 06:00 ends on
/// Saturday morning. Both ends are what the wall clock shows: a night on which it is set back is an hour longer.
/// </summary>
/// <param name="WorkDays">At least one.</param>
/// <param name="To">On the next day where it is not after <paramref name="From"/>; the same: a whole day.</param>
/// <param name="TimeZone">IANA name; UTC counts where it is not known.</param>
/// <param name="WorkRate">In each direction; null: no limit.</param>
/// <param name="OtherRate">In all other hours; null: no limit.</param>
public sealed record ThrottleRules(
    IReadOnlyList<DayOfWeek> WorkDays, TimeOnly From, TimeOnly To, string TimeZone, TransferRate? WorkRate,
    TransferRate? OtherRate)
{
    /// <summary>A week and its ends, and a day that a zone may skip.</summary>
    private const int DaysAhead = 9;

    public static IReadOnlyList<DayOfWeek> MondayToFriday { get; } =
        [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];

    public static TimeOnly UsualFrom { get; } = new(9, 0);

    public static TimeOnly UsualTo { get; } = new(18, 0);

    /// <summary>Null: no limit at that time.</summary>
    public TransferRate? RateAt(DateTimeOffset instant) => IsWorkTime(instant) ? WorkRate : OtherRate;

    public bool IsWorkTime(DateTimeOffset instant) =>
        HoursAround(instant, 1).Any(hours => hours.Begin <= instant && instant < hours.End);

    /// <summary>When the hours of work begin or end next; null: never.</summary>
    public DateTimeOffset? NextChange(DateTimeOffset instant)
    {
        bool isWork = IsWorkTime(instant);
        foreach (var (begin, end) in HoursAround(instant, DaysAhead))
        {
            // Those of one day may end as those of the next begin: that is no change.
            if (begin > instant && begin < end && !isWork) return begin;
            if (end > instant && begin < end && isWork && !IsWorkTime(end)) return end;
        }
        return null;
    }

    private IEnumerable<(DateTimeOffset Begin, DateTimeOffset End)> HoursAround(DateTimeOffset instant, int daysAhead)
    {
        var clock = WallClock.Of(TimeZone);
        var today = clock.DayAt(instant);
        // Two back: those of yesterday may last into today, and a zone may have skipped the day between.
        for (int i = -2; i <= daysAhead; i++)
        {
            var day = today.AddDays(i);
            if (!WorkDays.Contains(day.DayOfWeek)) continue;
            yield return (clock.InstantOf(day, From), clock.InstantOf(To > From ? day : day.AddDays(1), To));
        }
    }
}
