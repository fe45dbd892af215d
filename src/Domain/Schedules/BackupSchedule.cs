namespace Coffer.Domain.Schedules;

/// <summary>When a policy runs by itself: on the given days at the given times of the wall clock.</summary>
/// <param name="Times">At most 24 a day.</param>
/// <param name="Days">Empty: every day.</param>
/// <param name="EveryWeeks">1 to 4, counted from the week of Monday, 1 January 2001; only where days are given.</param>
/// <param name="TimeZone">IANA name.</param>
/// <param name="RandomDelayMinutes">Spreads the starts of many machines.</param>
public sealed record BackupSchedule(
    IReadOnlyList<TimeOnly> Times, IReadOnlyList<DayOfWeek> Days, int EveryWeeks, string TimeZone,
    int RandomDelayMinutes)
{
    // A Monday. Every machine counts from it, so a weekly schedule needs no anchor of its own.
    private static readonly DateOnly s_firstWeek = new(2001, 1, 1);

    /// <summary>Daily at 21:00, up to an hour later.</summary>
    public static BackupSchedule DefaultIn(string timeZone) => new([new TimeOnly(21, 0)], [], 1, timeZone, 60);

    public bool IsDaily => Days.Count == 0;

    /// <summary>Whether a day of the calendar has runs.</summary>
    public bool RunsOn(DateOnly day)
    {
        if (IsDaily) return true;
        int week = (int)Math.Floor((day.DayNumber - s_firstWeek.DayNumber) / 7.0);
        return Days.Contains(day.DayOfWeek) && week % Math.Max(1, EveryWeeks) == 0;
    }
}
