using Coffer.FileSystem.Machines.Services;

namespace Coffer.Unit.FileSystem;

public sealed class WatchdogTests
{
    private readonly TickedTime _time = new();
    private int _signs;

    [Fact]
    public void Look_LoopTurns_SaysItLivesTwiceInEachInterval()
    {
        using var watchdog = Watchdog();
        _time.Period.ShouldBe(TimeSpan.FromMinutes(2.5));
        for (int i = 0; i < 10; i++)
        {
            watchdog.Turn();
            _time.Pass(TimeSpan.FromMinutes(2.5));
        }
        _signs.ShouldBe(10);
    }

    [Fact]
    public void Look_LoopHangs_FallsSilentAfterTheLongestTurn()
    {
        using var watchdog = Watchdog();
        watchdog.Turn();
        for (int i = 0; i < 10; i++) _time.Pass(TimeSpan.FromMinutes(1));
        _signs.ShouldBe(4);
    }

    [Fact]
    public void Look_WorkOfHours_IsLife()
    {
        using var watchdog = Watchdog();
        using (watchdog.Work())
            for (int i = 0; i < 600; i++) _time.Pass(TimeSpan.FromMinutes(1));
        _signs.ShouldBe(600);
        for (int i = 0; i < 10; i++) _time.Pass(TimeSpan.FromMinutes(1));
        _signs.ShouldBe(604); // then the loop has to turn again
    }

    [Fact]
    public void Look_NobodyAsksForSigns_SendsNone()
    {
        using var watchdog = new Watchdog(_time, TimeSpan.FromMinutes(4), null, () => _signs++);
        _time.Period.ShouldBe(default);
    }

    private Watchdog Watchdog() => new(_time, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5), () => _signs++);

    /// <summary>Each passing of time is one tick of its one timer.</summary>
    private sealed class TickedTime : TimeProvider
    {
        private TimeSpan _now;
        private Action? _tick;

        public TimeSpan Period { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now.Ticks;

        public void Pass(TimeSpan time)
        {
            _now += time;
            _tick?.Invoke();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (Period, _tick) = (period, () => callback(state));
            return System.CreateTimer(static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
