namespace Coffer.Later;

/// <summary>The system's clock, so much later; what is waited for takes no longer and no less.</summary>
internal sealed class LaterTime(TimeSpan later) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + later;
}
