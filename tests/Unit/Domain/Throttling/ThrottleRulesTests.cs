using System.Globalization;
using Coffer.Domain.Schedules;
using Coffer.Domain.Throttling;

namespace Coffer.Unit.Domain.Throttling;

public sealed class ThrottleRulesTests
{
    private static readonly TransferRate s_slow = TransferRate.Parse("10Mbps"), s_fast = TransferRate.Parse("1Gbps");

    [Theory]
    // Friday 5 June 2026 in Berlin, two hours ahead of UTC.
    [InlineData("08:00", "18:00", "2026-06-05T05:59:59Z", false)]
    [InlineData("08:00", "18:00", "2026-06-05T06:00:00Z", true)]
    [InlineData("08:00", "18:00", "2026-06-05T15:59:59Z", true)]
    [InlineData("08:00", "18:00", "2026-06-05T16:00:00Z", false)]
    // Saturday is none of the work days.
    [InlineData("08:00", "18:00", "2026-06-06T10:00:00Z", false)]
    // Hours over midnight belong to the day on which they begin: Friday's end on Saturday, Sunday's do not begin.
    [InlineData("22:00", "06:00", "2026-06-05T20:00:00Z", true)]
    [InlineData("22:00", "06:00", "2026-06-06T03:59:59Z", true)]
    [InlineData("22:00", "06:00", "2026-06-06T04:00:00Z", false)]
    [InlineData("22:00", "06:00", "2026-06-07T23:00:00Z", false)]
    [InlineData("22:00", "06:00", "2026-06-08T01:00:00Z", false)]
    // To midnight, and a whole day.
    [InlineData("12:00", "00:00", "2026-06-05T21:59:59Z", true)]
    [InlineData("12:00", "00:00", "2026-06-05T22:00:00Z", false)]
    [InlineData("00:00", "00:00", "2026-06-05T21:59:59Z", true)]
    [InlineData("00:00", "00:00", "2026-06-05T22:00:00Z", false)]
    public void Rate_IsThatOfTheHour(string from, string to, string instant, bool isWork)
    {
        var rules = Rules(from, to);
        rules.IsWorkTime(Time(instant)).ShouldBe(isWork);
        rules.RateAt(Time(instant)).ShouldBe(isWork ? s_slow : s_fast);
    }

    [Theory]
    [InlineData("08:00", "18:00", "2026-06-04T06:00Z", "2026-06-04T16:00Z")]
    [InlineData("08:00", "18:00", "2026-06-04T16:00Z", "2026-06-05T06:00Z")]
    // Over the weekend.
    [InlineData("08:00", "18:00", "2026-06-05T16:00Z", "2026-06-08T06:00Z")]
    [InlineData("22:00", "06:00", "2026-06-05T21:00Z", "2026-06-06T04:00Z")]
    // Whole days follow each other: from Monday's begin to Friday's end there is no change.
    [InlineData("00:00", "00:00", "2026-06-01T06:00Z", "2026-06-05T22:00Z")]
    [InlineData("00:00", "00:00", "2026-06-05T22:00Z", "2026-06-07T22:00Z")]
    public void NextChange_IsWhenTheHoursBeginOrEnd(string from, string to, string instant, string next) =>
        Rules(from, to).NextChange(Time(instant)).ShouldBe(Time(next));

    [Theory]
    // 29 March 2026, a Sunday: 02:00 becomes 03:00 at 01:00 UTC. 25 October: 03:00 becomes 02:00 at 01:00 UTC.
    [InlineData("01:00", "04:00", "2026-03-29T00:00Z", "2026-03-29T02:00Z")]
    [InlineData("01:00", "02:30", "2026-03-29T00:00Z", "2026-03-29T01:00Z")]
    [InlineData("01:00", "04:00", "2026-10-24T23:00Z", "2026-10-25T03:00Z")]
    [InlineData("02:30", "04:00", "2026-10-25T00:30Z", "2026-10-25T03:00Z")]
    public void Hours_OnADayWhenTheClockIsSet_AreThoseThatTheWallShows(
        string from, string to, string begin, string end)
    {
        var rules = Rules(from, to, DayOfWeek.Sunday);
        rules.NextChange(Time(begin).AddMinutes(-1)).ShouldBe(Time(begin));
        rules.NextChange(Time(begin)).ShouldBe(Time(end));
    }

    [Fact]
    public void Hours_ThatTheClockSkips_AreNone()
    {
        var rules = Rules("02:10", "02:50", DayOfWeek.Sunday);
        rules.NextChange(Time("2026-03-29T00:59Z")).ShouldBe(Time("2026-04-05T00:10Z"));
    }

    [Fact]
    public void NextChange_OfEveryHourOfEveryDay_IsNone()
    {
        var rules = Rules("07:00", "07:00", Enum.GetValues<DayOfWeek>());
        rules.NextChange(Time("2026-03-01T00:00Z")).ShouldBeNull();
        rules.RateAt(Time("2026-03-29T01:00Z")).ShouldBe(s_slow);
    }

    /// <summary>Minute by minute through two years, by the wall clock alone: slow and obvious.</summary>
    [Theory]
    [InlineData("Europe/Berlin", "08:00", "18:00", 1)]
    [InlineData("America/New_York", "22:00", "06:00", 2)]
    [InlineData("Australia/Lord_Howe", "01:45", "02:15", 3)]
    [InlineData("Asia/Kathmandu", "12:00", "12:00", 4)]
    public void NextChange_StepByStep_IsWhereTheRateChanges(string zone, string from, string to, int firstDay)
    {
        var days = Enumerable.Range(0, 4).Select(i => (DayOfWeek)((firstDay + i) % 7)).ToArray();
        var rules = Rules(from, to, days) with { TimeZone = zone };
        var (at, end) = (Time("2026-01-01T00:00Z"), Time("2028-01-01T00:00Z"));
        int changes = 0;
        while (at < end)
        {
            var next = rules.NextChange(at).ShouldNotBeNull($"{zone} after {at:u}");
            bool isWork = rules.IsWorkTime(at);
            next.ShouldBeGreaterThan(at);
            rules.IsWorkTime(next).ShouldBe(!isWork, $"{zone} at {next:u}");
            for (var between = at; between < next; between = between.AddMinutes(7))
                rules.IsWorkTime(between).ShouldBe(isWork, $"{zone} at {between:u}");
            if (IsOrdinary(zone, at, next))
                WallClock.Of(zone).Show(next).TimeOfDay.ShouldBe((isWork ? rules.To : rules.From).ToTimeSpan());
            (at, changes) = (next, changes + 1);
        }
        changes.ShouldBeGreaterThan(200);
    }

    private static bool IsOrdinary(string zone, DateTimeOffset from, DateTimeOffset to) =>
        WallClock.Of(zone).Show(to) - WallClock.Of(zone).Show(from) == to - from;

    private static ThrottleRules Rules(string from, string to, params DayOfWeek[] days) => new(
        days is [] ? ThrottleRules.MondayToFriday : days, TimeOnly.Parse(from, CultureInfo.InvariantCulture),
        TimeOnly.Parse(to, CultureInfo.InvariantCulture), "Europe/Berlin", s_slow, s_fast);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
