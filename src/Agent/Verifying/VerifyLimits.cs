namespace Coffer.Agent.Verifying;

/// <summary>Everything in a verification that could grow without bound, and why it stops where it does.</summary>
public static class VerifyLimits
{
    /// <summary>Findings kept with their words; the rest is only counted.</summary>
    public const int Findings = 1000;

    /// <summary>Opening is all computing; four workers are as fast as most stores deliver.</summary>
    internal const int MaxWorkers = 4;

    /// <summary>
    /// Files whose places in chunks are kept before those chunks are opened: some 70 MB. A chunk that later pages name
    /// again for other files is then opened once more.
    /// </summary>
    internal const int FilePlaces = 1_000_000;

    /// <summary>How often progress is told.</summary>
    internal static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);
}
