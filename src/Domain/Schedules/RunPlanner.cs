using System.Buffers.Binary;

namespace Coffer.Domain.Schedules;

/// <summary>What an agent remembers of its scheduled runs, across restarts.</summary>
/// <param name="Handled">The newest time of the schedule that has had its run, or was before all protection.</param>
/// <param name="Failures">Of the run for that time, one after the other.</param>
/// <param name="FailedAt">The last of them.</param>
public sealed record RunMemory(DateTimeOffset Handled, int Failures = 0, DateTimeOffset? FailedAt = null)
{
    /// <summary>A run for a time of the schedule begins; which time, counts from before it is done.</summary>
    public RunMemory Begin(PlannedRun run) => run.Why == RunReason.Retry ? this : new RunMemory(run.Slot.At);

    public RunMemory Fail(DateTimeOffset now) => this with { Failures = Failures + 1, FailedAt = now };

    public RunMemory Succeed() => new(Handled);
}

public enum RunReason
{
    Scheduled = 1,

    /// <summary>The machine was off, or another job was running.</summary>
    Missed = 2,

    /// <summary>The run before failed in a way that may pass.</summary>
    Retry = 3,
}

/// <param name="Start">Not before; a time that has passed means now.</param>
public readonly record struct PlannedRun(ScheduledRun Slot, DateTimeOffset Start, RunReason Why);

/// <summary>
/// When the next run begins. Whatever was missed is caught up once. Asked again at least each minute, so that sleep and
/// changes of the clock need no care of their own.
/// </summary>
public sealed class RunPlanner
{
    /// <summary>Product 5: tried again after an hour, at most three times before the next scheduled run.</summary>
    private const int MaxRetries = 3;

    private static readonly TimeSpan s_retryAfter = TimeSpan.FromHours(1);

    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    /// <summary>So much later a run is called missed: an agent that is there begins it within the second.</summary>
    private static readonly TimeSpan s_late = TimeSpan.FromSeconds(30);

    private readonly RunCalendar _calendar;
    private readonly int _delayMinutes;
    private readonly ulong _seed;

    /// <param name="seed">Of the machine: the same run is always delayed by as much.</param>
    public RunPlanner(BackupSchedule schedule, Id128 seed)
    {
        _calendar = new RunCalendar(schedule);
        _delayMinutes = Math.Clamp(schedule.RandomDelayMinutes, 0, 24 * 60);
        _seed = BinaryPrimitives.ReadUInt64BigEndian(seed.ToArray());
    }

    /// <summary>Null where the schedule has no run.</summary>
    public PlannedRun? Next(RunMemory memory, DateTimeOffset now)
    {
        // What was handled in times to come was handled by a clock that was wrong.
        if (memory.Handled > now + s_day) memory = new RunMemory(now);
        if (Due(memory, now) is { } due) return due;
        var next = _calendar.NextAfter(now) is { } slot
            ? new PlannedRun(slot, slot.At + DelayOf(slot), RunReason.Scheduled)
            : (PlannedRun?)null;
        return Retry(memory, now) is { } retry && !(next?.Start < retry.Start) ? retry : next;
    }

    private PlannedRun? Due(RunMemory memory, DateTimeOffset now)
    {
        if (_calendar.LastAtOrBefore(now) is not { } slot || slot.At <= memory.Handled) return null;
        var start = slot.At + DelayOf(slot);
        return new PlannedRun(slot, start, now > start + s_late ? RunReason.Missed : RunReason.Scheduled);
    }

    private PlannedRun? Retry(RunMemory memory, DateTimeOffset now)
    {
        if (memory.FailedAt is not { } failed || memory.Failures > MaxRetries || failed > now) return null;
        return _calendar.LastAtOrBefore(now) is { } slot
            ? new PlannedRun(slot, failed + s_retryAfter, RunReason.Retry)
            : null;
    }

    // SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
    private TimeSpan DelayOf(ScheduledRun slot)
    {
        ulong z = _seed + (ulong)slot.At.UtcTicks * 0x9E3779B97F4A7C15;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        z ^= z >> 31;
        return TimeSpan.FromSeconds(z % (ulong)(_delayMinutes * 60 + 1));
    }
}
