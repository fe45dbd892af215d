namespace Coffer.Unit.Http.Throttling;

/// <summary>A clock that stands still until somebody waits: then it shows at once when that wait ends.</summary>
internal sealed class JumpingClock(DateTimeOffset start) : TimeProvider
{
    private long _ticks;

    public TimeSpan Elapsed => TimeSpan.FromTicks(Interlocked.Read(ref _ticks));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => start + Elapsed;

    public void Pass(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Jump();
        if (dueTime == Timeout.InfiniteTimeSpan) return timer;
        Pass(dueTime);
        ThreadPool.QueueUserWorkItem(_ =>
        {
            if (!timer.IsOver) callback(state);
        });
        return timer;
    }

    private sealed class Jump : ITimer
    {
        public bool IsOver { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose() => IsOver = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
