using Coffer.Agent.Browsing;

namespace Coffer.Agent.Restores;

/// <summary>Tells progress a few times a second, however fast the entries come.</summary>
internal sealed class ProgressPace(
    IProgress<RestoreProgress>? progress, RestoreTally tally, TreeSize total, TimeProvider time)
{
    private long _last = time.GetTimestamp();

    public void Step()
    {
        if (progress is null || time.GetElapsedTime(_last) < RestoreLimits.ProgressInterval) return;
        _last = time.GetTimestamp();
        progress.Report(tally.Progress(total));
    }
}
