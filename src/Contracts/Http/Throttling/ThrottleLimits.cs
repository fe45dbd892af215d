namespace Coffer.Contracts.Http.Throttling;

/// <summary>Numbers of the throttle, each with its reason.</summary>
internal static class ThrottleLimits
{
    /// <summary>So soon a job that runs takes up a changed setting: a file is read, so not for each piece.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Of a rate, what may go at once after a pause: late timers are made up for, and 10 s still hold to 1 %.
    /// </summary>
    public static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(100);

    /// <summary>Between two pieces where one has to wait: fast lines would wake the processor for each.</summary>
    public static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// A TLS record with its frame, so that it leaves in one piece. More at once would let small questions wait longer.
    /// </summary>
    public const int MaxPieceBytes = 17 << 10;

    /// <summary>One packet or so: a slow line should not be silent for seconds between two pieces.</summary>
    public const int MinPieceBytes = 1400;

    /// <summary>A piece is what goes in so much time, within the limits above.</summary>
    public const int PiecesPerSecond = 20;

    /// <summary>Who waited so long ago is still held back, for people who watch.</summary>
    public static readonly TimeSpan HeldRecently = TimeSpan.FromSeconds(2);
}
