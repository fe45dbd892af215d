using Coffer.Format.Envelopes;
using Coffer.Sealing.Envelopes;

namespace Coffer.Unit.Sealing;

public sealed class EnvelopeCostTests
{
    [Theory]
    [InlineData(0, 16)]
    [InlineData(1, 16)]
    [InlineData(100, 15)]
    [InlineData(200, 7)]
    [InlineData(499, 3)]
    [InlineData(10_000, 3)]
    public void For_TimeOfTheDefault_GivesPassesWithinHalfASecondAndTheBounds(int milliseconds, int passes)
    {
        var parameters = EnvelopeCost.For(TimeSpan.FromMilliseconds(milliseconds));
        parameters.Passes.ShouldBe(passes);
        parameters.MemoryKib.ShouldBe(Argon2Parameters.MinimumMemoryKib);
    }

    [Fact]
    public void ForThisMachine_ClockThatStandsStill_StaysWithinBounds() =>
        EnvelopeCost.ForThisMachine(new StoppedClock()).Passes.ShouldBe(Argon2Parameters.MaximumPasses);

    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 1;
    }
}
