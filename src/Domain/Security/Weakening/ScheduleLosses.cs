using Coffer.Domain.Policies;
using Coffer.Domain.Schedules;

namespace Coffer.Domain.Security.Weakening;

/// <summary>Runs that one policy makes and another does not, and how they read.</summary>
internal static class ScheduleLosses
{
    /// <summary>The cycle of every schedule: 12 weeks hold a whole number of 1, 2, 3 and 4.</summary>
    private const int CycleWeeks = 12;

    private const int WeekMinutes = 7 * DayMinutes, DayMinutes = 24 * 60;

    public static IEnumerable<PolicyWeakness> Of(ProtectionPolicy from, ProtectionPolicy to)
    {
        if (IsRarer(to.Schedule, from.Schedule)) yield return new PolicyWeakness(WeaknessKind.FrequencyLowered, []);
        if (Surety(to.Snapshots) < Surety(from.Snapshots))
            yield return new PolicyWeakness(WeaknessKind.SnapshotsLoosened, []);
    }

    /// <summary>
    /// Fewer runs, or as many crowded together, so that more is lost between two of them: three runs within three
    /// minutes are not three a day.
    /// </summary>
    private static bool IsRarer(BackupSchedule schedule, BackupSchedule other)
    {
        var runs = Minutes(schedule);
        var others = Minutes(other);
        return Count(schedule, runs) < Count(other, others) || LongestGap(schedule, runs) > LongestGap(other, others);
    }

    private static int Count(BackupSchedule schedule, int[] runs) => runs.Length * CycleWeeks / Weeks(schedule);

    private static long LongestGap(BackupSchedule schedule, int[] runs)
    {
        if (runs.Length == 0) return long.MaxValue;
        // From the last of one active week to the first of the next.
        long longest = (long)Weeks(schedule) * WeekMinutes - runs[^1] + runs[0];
        for (int i = 1; i < runs.Length; i++) longest = Math.Max(longest, runs[i] - runs[i - 1]);
        return longest;
    }

    /// <summary>The runs of an active week, as minutes from its beginning, ascending.</summary>
    private static int[] Minutes(BackupSchedule schedule)
    {
        IEnumerable<DayOfWeek> days = schedule.Days.Count == 0 ? Enum.GetValues<DayOfWeek>() : schedule.Days;
        return [.. days.SelectMany(day => schedule.Times, Minute).Distinct().Order()];
    }

    private static int Minute(DayOfWeek day, TimeOnly time) =>
        (int)day * DayMinutes + time.Hour * 60 + time.Minute;

    /// <summary>1 to 4 weeks count only where days are given; anything else is no schedule that is kept.</summary>
    private static int Weeks(BackupSchedule schedule) =>
        schedule.Days.Count == 0 ? 1 : Math.Clamp(schedule.EveryWeeks, 1, 4);

    private static int Surety(SnapshotUse use) => use switch
    {
        SnapshotUse.Required => 2,
        SnapshotUse.WhenPossible => 1,
        _ => 0,
    };
}
