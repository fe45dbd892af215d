namespace Coffer.Service.HostileVault.Lying;

/// <summary>
/// A clock for the client alone. Its pauses between two tries pass at once, and count; its limits pass only when
/// somebody lets time go by. The time of day is the real one, as the vault's is.
/// </summary>
internal sealed class JumpingTime : TimeProvider
{
    /// <summary>The longest pause between tries; what is longer is a limit.</summary>
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(61);

    /// <summary>The client's limit for a farewell, which is no pause.</summary>
    private static readonly TimeSpan s_goodbye = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly List<Limit> _limits = [];
    private long _ahead;

    /// <summary>How much time was let pass.</summary>
    public TimeSpan Ahead => TimeSpan.FromTicks(Interlocked.Read(ref _ahead));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => base.GetUtcNow().Ticks + Interlocked.Read(ref _ahead);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var limit = new Limit(this, callback, state);
        limit.Change(dueTime, period);
        return limit;
    }

    public void Pass(TimeSpan time)
    {
        long now = base.GetUtcNow().Ticks + Interlocked.Add(ref _ahead, time.Ticks);
        Limit[] due;
        lock (_lock)
        {
            due = [.. _limits.Where(limit => limit.At <= now)];
            _limits.RemoveAll(limit => limit.At <= now);
        }
        foreach (var limit in due) limit.Fire();
    }

    private void Set(Limit limit, TimeSpan due)
    {
        lock (_lock) _limits.Remove(limit);
        if (due == Timeout.InfiniteTimeSpan) return;
        if (due <= s_longestPause && due != s_goodbye)
        {
            Interlocked.Add(ref _ahead, due.Ticks);
            _ = Task.Run(limit.Fire);
            return;
        }
        lock (_lock)
        {
            limit.At = GetTimestamp() + due.Ticks;
            _limits.Add(limit);
        }
    }

    private sealed class Limit(JumpingTime time, TimerCallback callback, object? state) : ITimer
    {
        private volatile bool _isOver;

        public long At { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time.Set(this, dueTime);
            return true;
        }

        public void Fire()
        {
            if (!_isOver) callback(state);
        }

        public void Dispose()
        {
            _isOver = true;
            time.Set(this, Timeout.InfiniteTimeSpan);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
