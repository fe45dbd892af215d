using Coffer.Contracts.Http.Connecting;
using Coffer.Unit.Http.Throttling;

namespace Coffer.Unit.Http.Connecting;

/// <summary>When a line is called one that is waited for.</summary>
public sealed class LineWatchTests
{
    private readonly JumpingClock _clock = new(DateTimeOffset.UnixEpoch);
    private readonly LineWatch _watch;

    public LineWatchTests() => _watch = new LineWatch(_clock);

    [Fact]
    public void Wait_NobodyAsksForLong_IsNone()
    {
        _watch.Enter();
        _watch.Leave();
        _clock.Pass(TimeSpan.FromHours(1));
        _watch.Wait.ShouldBeNull();
        _watch.Enter(); // and what went before does not count
        _watch.Wait.ShouldBeNull();
    }

    [Fact]
    public void Wait_SilentForLong_IsTold()
    {
        _watch.Enter();
        _clock.Pass(TimeSpan.FromSeconds(14));
        _watch.Wait.ShouldBeNull();
        _clock.Pass(TimeSpan.FromSeconds(2));
        _watch.Wait.ShouldBe(new LineWait(TimeSpan.FromSeconds(16), null));
        _watch.Moved();
        _watch.Wait.ShouldBeNull();
    }

    [Fact]
    public void Wait_TryFailed_IsToldAtOnceUntilSomethingComesThrough()
    {
        _watch.Enter();
        _clock.Pass(TimeSpan.FromSeconds(1));
        _watch.Failed("Gone.");
        _watch.Wait.ShouldBe(new LineWait(TimeSpan.FromSeconds(1), "Gone."));
        _watch.Moved();
        _watch.Wait.ShouldBeNull();
    }
}
