using Coffer.Domain.Time;

namespace Coffer.Unit.Domain.Time;

public sealed class ClockRuleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ClockRule Rule =
        new(ClockRule.EmbeddedGap, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private static readonly ClockObservation Before = new("boot", TimeSpan.FromHours(100), Noon);

    /// <summary>
    /// Hours that the wall clock and the boot clock moved, whether it is the same boot, and the verdict.
    /// </summary>
    [Theory]
    [InlineData(1, 1, true, ClockDoubt.None)]
    [InlineData(0, 0, true, ClockDoubt.None)]
    [InlineData(-0.9, 0.05, true, ClockDoubt.None)]
    [InlineData(-1.1, 0.1, true, ClockDoubt.SteppedBack)]
    [InlineData(-1.1, -90, false, ClockDoubt.SteppedBack)]
    [InlineData(3, 1.9, true, ClockDoubt.SteppedAgainstBoot)]
    [InlineData(3, 2.1, true, ClockDoubt.None)]
    [InlineData(1, 2.1, true, ClockDoubt.SteppedAgainstBoot)]
    [InlineData(3, -90, false, ClockDoubt.None)]
    [InlineData(24 * 89, 24 * 89, true, ClockDoubt.None)]
    [InlineData(24 * 89, -90, false, ClockDoubt.None)]
    [InlineData(24 * 91, 24 * 91, true, ClockDoubt.Unobserved)]
    [InlineData(24 * 91, -90, false, ClockDoubt.Unobserved)]
    [InlineData(24 * -200, 1, true, ClockDoubt.BeforeProgram)]
    public void Judge_AgainstTheObservationBefore_Tells(
        double wall, double sinceBoot, bool sameBoot, ClockDoubt doubt) =>
        Rule.Judge(Before, new ClockObservation(
            sameBoot ? "boot" : "another", Before.SinceBoot + TimeSpan.FromHours(sinceBoot),
            Noon + TimeSpan.FromHours(wall)))
            .ShouldBe(doubt);

    [Fact]
    public void Judge_FirstObservation_IsGoodUnlessOlderThanTheProgram()
    {
        Rule.Judge(null, Before).ShouldBe(ClockDoubt.None);
        Rule.Judge(null, Before with { Wall = Noon.AddYears(-1) }).ShouldBe(ClockDoubt.BeforeProgram);
    }

    [Fact]
    public void Next_AfterAStep_IsInDoubtForADayFromTheLastOne()
    {
        var back = Moved(Before, -2);
        var state = Rule.Next(ClockState.Good, Before, back);
        state.ShouldBe(new ClockState(ClockDoubt.SteppedBack, back.Wall));
        var later = Moved(back, 23);
        Rule.Next(state, back, later).ShouldBe(state);
        var again = later with { Wall = later.Wall.AddHours(5) };
        var second = Rule.Next(state, later, again);
        second.ShouldBe(new ClockState(ClockDoubt.SteppedAgainstBoot, again.Wall));
        Rule.Next(second, again, Moved(again, 23)).IsInDoubt.ShouldBeTrue();
        Rule.Next(second, again, Moved(again, 24)).ShouldBe(ClockState.Good);
    }

    private static ClockObservation Moved(ClockObservation seen, int hours) => seen with
    {
        Wall = seen.Wall.AddHours(hours),
        SinceBoot = seen.SinceBoot + TimeSpan.FromHours(Math.Max(hours, 0)),
    };
}
