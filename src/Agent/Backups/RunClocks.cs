namespace Coffer.Agent.Backups;

/// <summary>
/// When the next checkpoint is due: after 30 s, then after each further tenth of the run's time, at least 10 s and at
/// most 10 minutes apart. So little is lost at any length of run, and checkpoints never cost a tenth of it.
/// </summary>
internal sealed class CheckpointClock(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly long _start = time.GetTimestamp();
    private TimeSpan _due = First;

    public bool IsDue => time.GetElapsedTime(_start) >= _due;

    public void Taken()
    {
        var now = time.GetElapsedTime(_start);
        var gap = TimeSpan.FromTicks(Math.Clamp(now.Ticks / 10, Shortest.Ticks, Longest.Ticks));
        _due = now + gap;
    }
}

/// <summary>Says at most five times a second that progress is due.</summary>
internal sealed class ProgressClock(TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private long _last = time.GetTimestamp();

    public bool IsDue
    {
        get
        {
            if (time.GetElapsedTime(_last) < Interval) return false;
            _last = time.GetTimestamp();
            return true;
        }
    }
}
