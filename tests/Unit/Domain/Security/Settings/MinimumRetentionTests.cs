using Coffer.Domain.Policies;
using Coffer.Domain.Retention;
using Coffer.Domain.Security.Settings;

namespace Coffer.Unit.Domain.Security.Settings;

public sealed class MinimumRetentionTests
{
    private static readonly WeekdayOfMonth s_day = new(1, DayOfWeek.Sunday);

    [Theory]
    [InlineData(7, 4, 3, 1, null)]
    [InlineData(6, 4, 3, 1, "daily")]
    [InlineData(7, 3, 3, 1, "weekly")]
    [InlineData(7, 4, 2, 1, "monthly")]
    [InlineData(7, 4, 3, 0, "yearly")]
    [InlineData(-1, 3, 3, 1, "daily")]
    public void Broken_EachTier_HasItsLeast(int days, int weeks, int months, int years, string? tier)
    {
        var fault = MinimumRetention.Standard.Broken(new RetentionRules(
            new(days), new([DayOfWeek.Sunday], weeks), new(s_day, months), new([1], s_day, years)));
        (fault is null).ShouldBe(tier is null);
        fault?.Code.ShouldBe("policy.minimum");
        if (tier is not null) fault!.Message.ShouldContain(tier);
    }

    [Fact]
    public void Broken_TiersLeftOut_BreakNothing()
    {
        MinimumRetention.Standard.Broken(new RetentionRules(null, null, null, null)).ShouldBeNull();
        MinimumRetention.Standard.Broken(RetentionRules.Default).ShouldBeNull();
    }

    [Fact]
    public void IsBelow_AnyFigure_Counts()
    {
        var standard = MinimumRetention.Standard;
        standard.IsBelow(standard).ShouldBeFalse();
        (standard with { Days = 6, Years = 9 }).IsBelow(standard).ShouldBeTrue();
        (standard with { Weeks = 3 }).IsBelow(standard).ShouldBeTrue();
        (standard with { Months = 2 }).IsBelow(standard).ShouldBeTrue();
        (standard with { Years = 0 }).IsBelow(standard).ShouldBeTrue();
        (standard with { Years = 2 }).IsBelow(standard).ShouldBeFalse();
    }
}
