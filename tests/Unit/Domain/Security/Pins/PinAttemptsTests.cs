using Coffer.Domain.Security.Pins;

namespace Coffer.Unit.Domain.Security.Pins;

public sealed class PinAttemptsTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Seconds of wrong PINs, and whether the last of them locks.</summary>
    [Theory]
    [InlineData(new[] { 0, 1, 2, 3 }, false)]
    [InlineData(new[] { 0, 1, 2, 3, 4 }, true)]
    [InlineData(new[] { 0, 0, 0, 0, 0 }, true)]
    [InlineData(new[] { 0, 200, 400, 600, 899 }, true)]
    [InlineData(new[] { 0, 200, 400, 600, 900 }, false)]
    [InlineData(new[] { 0, 200, 400, 600, 900, 1_000 }, true)]
    [InlineData(new[] { 0, 300, 600, 900, 1_200, 1_500, 1_800, 2_100 }, false)]
    public void AfterWrong_InFifteenMinutes_TheFifthLocks(int[] seconds, bool locks)
    {
        var attempts = seconds.Aggregate(PinAttempts.None, (state, s) => state.AfterWrong(s_noon.AddSeconds(s)));
        attempts.IsLocked(s_noon.AddSeconds(seconds[^1])).ShouldBe(locks);
        attempts.Wrong.Count.ShouldBeLessThan(5);
    }

    [Fact]
    public void IsLocked_AfterFifteenMinutes_IsOverAndCountsAnew()
    {
        var locked = Locked();
        locked.IsLocked(s_noon.AddSeconds(899)).ShouldBeTrue();
        locked.IsLocked(s_noon.AddSeconds(900)).ShouldBeFalse();
        var again = locked.AfterWrong(s_noon.AddSeconds(900));
        again.IsLocked(s_noon.AddSeconds(900)).ShouldBeFalse();
        again.Wrong.Count.ShouldBe(1);
    }

    [Fact]
    public void AfterWrong_WhileLocked_IsOurBug() =>
        Should.Throw<System.Diagnostics.UnreachableException>(() => Locked().AfterWrong(s_noon));

    private static PinAttempts Locked() =>
        Enumerable.Range(0, 5).Aggregate(PinAttempts.None, (state, _) => state.AfterWrong(s_noon));
}
