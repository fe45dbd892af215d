namespace Coffer.Domain.Schedules;

/// <summary>One run as a schedule wants it.</summary>
/// <param name="Day">Of the calendar, and <paramref name="Time"/> of the wall clock: what the schedule says.</param>
/// <param name="At">When that is; later than it says where the clock skips that time.</param>
public readonly record struct ScheduledRun(DateOnly Day, TimeOnly Time, DateTimeOffset At);

/// <summary>
/// The runs of a schedule, in order. Two times that fall together, as the clock skips one of them, are one run.
/// </summary>
public sealed class RunCalendar
{
    /// <summary>Four weeks between two runs, and the days on both sides that zones and skipped days can move.</summary>
    private const int LongestGapDays = 4 * 7 + 3;

    private readonly BackupSchedule _schedule;
    private readonly WallClock _clock;
    private readonly TimeOnly[] _times;

    public RunCalendar(BackupSchedule schedule)
    {
        _schedule = schedule;
        _clock = WallClock.Of(schedule.TimeZone);
        _times = [.. schedule.Times.Distinct().Order()];
    }

    /// <summary>Null where the schedule has no times, or the calendar ends.</summary>
    public ScheduledRun? NextAfter(DateTimeOffset instant)
    {
        foreach (var run in RunsFrom(_clock.DayAt(instant), LongestGapDays))
            if (run.At > instant) return run;
        return null;
    }

    /// <summary>The newest run that was due at an instant; null where there was none.</summary>
    public ScheduledRun? LastAtOrBefore(DateTimeOffset instant)
    {
        ScheduledRun? last = null;
        foreach (var run in RunsFrom(_clock.DayAt(instant).AddDays(-LongestGapDays), LongestGapDays))
        {
            if (run.At > instant) break;
            last = run;
        }
        return last;
    }

    /// <param name="after">Left out itself.</param>
    /// <param name="until">Included.</param>
    public IEnumerable<ScheduledRun> Between(DateTimeOffset after, DateTimeOffset until)
    {
        for (var run = NextAfter(after); run is { } next && next.At <= until; run = NextAfter(next.At))
            yield return next;
    }

    // From the day before to the day after: a zone may skip a day, and then its runs fall on the next one.
    private IEnumerable<ScheduledRun> RunsFrom(DateOnly first, int days)
    {
        var last = DateTimeOffset.MinValue;
        for (int i = -1; i <= days + 1; i++)
        {
            var day = first.AddDays(i);
            if (!_schedule.RunsOn(day)) continue;
            foreach (var time in _times)
            {
                var at = _clock.InstantOf(day, time);
                if (at <= last) continue;
                last = at;
                yield return new ScheduledRun(day, time, at);
            }
        }
    }
}
