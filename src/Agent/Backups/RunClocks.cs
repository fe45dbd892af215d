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

/// <summary>
/// When a run that is cancelled is cut off. While it reads, it first notes in a checkpoint how far it came, and has a
/// little time for that. Once all is read there is nothing to note: what is on its way is dropped at once, and the next
/// run sends it again. A commit that was sent is answered, whatever comes.
/// </summary>
internal sealed class CutOff : IDisposable
{
    /// <summary>
    /// A pack of full length takes it on a line of 30 Mbit/s; on a slower one the checkpoint before has to do.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly CancellationToken _cancelled;
    private readonly CancellationTokenSource _cut;
    private readonly CancellationTokenRegistration _reading;
    private CancellationTokenRegistration _sending;

    /// <param name="cancelled">By a person, or by the end of the process.</param>
    public CutOff(CancellationToken cancelled, TimeProvider time)
    {
        (_cancelled, _cut) = (cancelled, new CancellationTokenSource(Timeout.InfiniteTimeSpan, time));
        _reading = cancelled.Register(() => _cut.CancelAfter(Patience));
    }

    /// <summary>Ends whatever is sent and waited for.</summary>
    public CancellationToken Token => _cut.Token;

    public bool IsCut => _cut.IsCancellationRequested;

    /// <summary>May be called again: a round that heals begins with all of it read before.</summary>
    public void AllIsRead()
    {
        _sending.Dispose();
        _sending = _cancelled.Register(_cut.Cancel);
    }

    public void Dispose()
    {
        _reading.Dispose();
        _sending.Dispose();
        _cut.Dispose();
    }
}
