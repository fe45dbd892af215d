using Coffer.Domain.Security.Settings;
using Coffer.Domain.Wording;

namespace Coffer.Unit.Domain.Wording;

public sealed class CountedTests
{
    [Theory]
    [InlineData(0, "0 days")]
    [InlineData(1, "1 day")]
    [InlineData(2, "2 days")]
    [InlineData(1000, "1,000 days")]
    public void Of_ANumber_HasItsForm(long number, string text) => Counted.Of(number, "day").ShouldBe(text);

    [Fact]
    public void MinimumRetention_OfOneYear_IsToldAsOne() =>
        new MinimumRetention(7, 1, 0, 1).ToString().ShouldBe("7 days, 1 week, 0 months, 1 year");
}
