namespace Coffer.Domain.Policies;

/// <summary>When a policy runs by itself: on the given days at the given times of the wall clock.</summary>
/// <param name="Times">At most three a day.</param>
/// <param name="Days">Empty: every day.</param>
/// <param name="EveryWeeks">1 to 4; only where days are given.</param>
/// <param name="TimeZone">IANA name.</param>
/// <param name="RandomDelayMinutes">Spreads the starts of many machines.</param>
public sealed record BackupSchedule(
    IReadOnlyList<TimeOnly> Times, IReadOnlyList<DayOfWeek> Days, int EveryWeeks, string TimeZone,
    int RandomDelayMinutes)
{
    /// <summary>Daily at 21:00, up to an hour later.</summary>
    public static BackupSchedule DefaultIn(string timeZone) => new([new TimeOnly(21, 0)], [], 1, timeZone, 60);
}
