namespace Coffer.Agent.Backups;

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
