using System.Globalization;

namespace Coffer.FileSystem.Machines.Services;

/// <summary>
/// Lets the service manager end and start anew a process that no longer turns (<c>WatchdogSec=</c> of
/// systemd.service(5), sd_watchdog_enabled(3)). A sign of life is sent as long as the loop of the process came round
/// lately, or is at work that has limits of its own; a runtime that hangs sends none either.
/// </summary>
public sealed class Watchdog : IDisposable
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _longestTurn;
    private readonly Action _alive;
    private readonly ITimer? _timer;
    private long _turned;
    private int _working;

    /// <param name="interval">How often somebody wants a sign; null: nobody does.</param>
    internal Watchdog(TimeProvider time, TimeSpan longestTurn, TimeSpan? interval, Action alive)
    {
        (_time, _longestTurn, _alive, _turned) = (time, longestTurn, alive, time.GetTimestamp());
        if (interval is { } every) _timer = time.CreateTimer(_ => Look(), null, every / 2, every / 2);
    }

    /// <summary>For this process, as its service manager asks for it.</summary>
    /// <param name="longestTurn">So long the loop may take to come round, work aside.</param>
    public static Watchdog Start(TimeProvider time, TimeSpan longestTurn) =>
        new(time, longestTurn, Interval(), ServiceNotice.Alive);

    /// <summary>The loop came round.</summary>
    public void Turn() => Volatile.Write(ref _turned, _time.GetTimestamp());

    /// <summary>Work has begun, for as long as it takes, until what is returned is disposed of.</summary>
    public IDisposable Work()
    {
        Interlocked.Increment(ref _working);
        return new Working(this);
    }

    public void Dispose() => _timer?.Dispose();

    // WATCHDOG_PID names who is meant: a child inherits the variables.
    private static TimeSpan? Interval()
    {
        bool isMeant = Environment.GetEnvironmentVariable("WATCHDOG_PID") is not { Length: > 0 } pid
            || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        string? text = Environment.GetEnvironmentVariable("WATCHDOG_USEC");
        return isMeant && long.TryParse(text, CultureInfo.InvariantCulture, out long micros) && micros > 0
            ? TimeSpan.FromMicroseconds(micros)
            : null;
    }

    private void Look()
    {
        bool isTurning = _time.GetElapsedTime(Volatile.Read(ref _turned)) <= _longestTurn;
        if (isTurning || Volatile.Read(ref _working) > 0) _alive();
    }

    private sealed class Working(Watchdog watchdog) : IDisposable
    {
        private Watchdog? _watchdog = watchdog;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _watchdog, null) is not { } of) return;
            of.Turn();
            Interlocked.Decrement(ref of._working);
        }
    }
}
