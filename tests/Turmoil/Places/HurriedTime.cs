using System.Diagnostics;

namespace Coffer.Turmoil.Places;

/// <summary>
/// A clock that runs many times as fast as the real one, and goes on while nobody looks: it counts from a moment of
/// the clock that the machine has had since its start, which all its processes share.
/// </summary>
/// <param name="start">What it showed at that moment.</param>
/// <param name="startStamp">The moment, of <see cref="Stopwatch"/>.</param>
internal sealed class HurriedTime(DateTimeOffset start, long startStamp, int rate) : TimeProvider
{
    /// <summary>
    /// What it measures goes slower by this than its dates: readers show a sign of life every minute, and a minute of
    /// the dates passes so fast that the disk would have no time for anything else.
    /// </summary>
    private const int Slower = 40;

    /// <summary>Moved ahead by hand, once nobody else looks at it.</summary>
    public TimeSpan Ahead { get; set; }

    public TimeSpan SinceStart => (Stopwatch.GetElapsedTime(startStamp) * rate) + Ahead;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => start + SinceStart;

    public override long GetTimestamp() => SinceStart.Ticks / Slower;
}

/// <summary>
/// The clock of the agents: its dates are those of the files, and so the real ones; what it measures is hurried, so
/// that short backups come to checkpoints as well.
/// </summary>
internal sealed class AgentTime : TimeProvider
{
    private const int Rate = 10;

    public override long TimestampFrequency => System.TimestampFrequency / Rate;

    public override long GetTimestamp() => System.GetTimestamp();
}
