using System.Globalization;
using Coffer.Domain;
using Coffer.Domain.Retention;
using Coffer.Domain.Schedules;

namespace Coffer.Unit.Domain.Retention;

public sealed class RetentionPlanTests
{
    private static readonly TimeOnly s_midnight = new(0, 0), s_evening = new(18, 0);

    /// <summary>
    /// Daily at 00:00 and 18:00 for 7 days, Saturdays for 4 weeks, last Saturdays for 12 months, that of March at 00:00
    /// for 10 years: 14 + 8 + 24 + 10 tags, on 51 or 53 points, on every day of three years.
    /// </summary>
    [Fact]
    public void LivesOf_TheWorkedExample_Has56TagsOnEveryDay()
    {
        var rules = new RetentionRules(
            new DailyRetention(7), new WeeklyRetention([DayOfWeek.Saturday], 4),
            new MonthlyRetention(new WeekdayOfMonth(5, DayOfWeek.Saturday), 12),
            new YearlyRetention([3], new WeekdayOfMonth(5, DayOfWeek.Saturday), 10) { Times = [s_midnight] });
        var schedule = new BackupSchedule([s_midnight, s_evening], [], 1, "UTC", 0);
        var first = new DateTimeOffset(2010, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var all = new RunCalendar(schedule).Between(first, first.AddYears(17)).Select((run, i) => Point(i + 1, run.At))
            .ToList();
        var plan = new RetentionPlan(rules, schedule);
        var lives = plan.LivesOf(all);
        var counts = new HashSet<int>();

        for (var day = first.AddYears(13); day < first.AddYears(16); day = day.AddDays(1))
        {
            var now = day.AddHours(20);
            var made = lives.Where(life => life.Point.At <= now).ToList();
            made.SelectMany(life => life.Tags).Count(tag => tag.Until > now).ShouldBe(56, $"{day:d}");
            counts.Add(made.Count(life => life.ExpiresAt > now));
        }

        counts.Order().ShouldBe([51, 53]);
    }

    [Fact]
    public void LivesOf_RunForALongTagFailed_TheNextGoodPointTakesIt()
    {
        // Sunday's run and Monday's failed.
        var lives = Lives(RetentionRules.Default, "2026-06-06T21:00Z", "2026-06-09T21:30Z", "2026-06-10T21:00Z");

        Told(lives[1]).ShouldBe("Daily 2026-06-09, Weekly 2026-06-07, Monthly 2026-06-07");
        Told(lives[2]).ShouldBe("Daily 2026-06-10");
    }

    [Fact]
    public void LivesOf_ALaterPoint_TakesNoTagAway()
    {
        var lives = Lives(RetentionRules.Default, "2026-06-06T21:00Z", "2026-06-07T21:00Z", "2026-06-07T21:05Z");

        Told(lives[1]).ShouldBe("Daily 2026-06-07, Weekly 2026-06-07, Monthly 2026-06-07");
        Told(lives[2]).ShouldBe("Daily 2026-06-07"); // its own, from when it was made
        lives[2].ExpiresAt.ShouldBe(Time("2026-07-07T21:05Z"));
    }

    [Fact]
    public void LivesOf_TaggedPointIsGone_TheNextInherits()
    {
        var lives = Lives(RetentionRules.Default, "2026-06-06T21:00Z", "2026-06-08T21:00Z");

        Told(lives[1]).ShouldBe("Daily 2026-06-08, Weekly 2026-06-07, Monthly 2026-06-07");
    }

    [Fact]
    public void LivesOf_OnDemand_IsKeptUntilItsDateAndTakesAMissedTag()
    {
        var until = Time("2026-06-20T00:00Z");
        var plan = new RetentionPlan(RetentionRules.Default, BackupSchedule.DefaultIn("UTC"));

        var lives = plan.LivesOf([
            Point(1, Time("2026-06-07T20:00Z")),
            Point(2, Time("2026-06-07T20:30Z")) with { RetainUntil = until },
            Point(3, Time("2026-06-08T12:00Z")) with { RetainUntil = until }]);

        (Told(lives[1]), lives[1].ExpiresAt).ShouldBe(("- 2026-06-07", until));
        Told(lives[2]).ShouldBe("Daily 2026-06-07, Weekly 2026-06-07, Monthly 2026-06-07, - 2026-06-08");
        lives[2].ExpiresAt.ShouldBe(Time("2027-06-06T21:00Z"));
    }

    [Fact]
    public void LivesOf_Extended_KeepsAllElseAndTheLatestCounts()
    {
        var plan = new RetentionPlan(RetentionRules.Default, BackupSchedule.DefaultIn("UTC"));
        var scheduled = Point(2, Time("2026-06-09T21:00Z"));
        DateTimeOffset? End(DateTimeOffset? extended) => plan.LivesOf(
            [Point(1, Time("2026-06-08T21:00Z")), scheduled with { ExtendedUntil = extended }])[1].ExpiresAt;

        End(null).ShouldBe(Time("2026-07-09T21:00Z"));
        End(Time("2026-06-20T00:00Z")).ShouldBe(Time("2026-07-09T21:00Z"));
        End(Time("2030-01-01T00:00Z")).ShouldBe(Time("2030-01-01T00:00Z"));
        plan.LivesOf([scheduled with { ExtendedUntil = Time("2030-01-01T00:00Z") }])[0].Tags.Select(tag => tag.Name)
            .ShouldBe(["daily", "weekly", "monthly", "yearly", "extended"]);
    }

    [Fact]
    public void LivesOf_DailyBecomesWeekly_DailyPointsHaveHadTheirTime()
    {
        var weekly = new RetentionRules(null, new WeeklyRetention([DayOfWeek.Sunday], 4), null, null);

        var lives = Lives(weekly,
            "2026-06-06T21:00Z", "2026-06-07T21:00Z", "2026-06-08T21:00Z", "2026-06-09T21:00Z");

        lives.Skip(1).Select(life => life.ExpiresAt).ShouldBe(
            [Time("2026-07-05T21:00Z"), lives[2].Point.At, lives[3].Point.At]);
    }

    [Fact]
    public void LivesOf_WeeklyBecomesDaily_PointsAreKeptForWhatIsLeft()
    {
        var daily = new RetentionRules(new DailyRetention(10), null, null, null);

        var lives = Lives(daily, "2026-06-07T21:00Z", "2026-06-14T21:00Z");

        lives.Select(life => life.ExpiresAt).ShouldBe([Time("2026-06-17T21:00Z"), Time("2026-06-24T21:00Z")]);
    }

    [Fact]
    public void LivesOf_NoTiers_NeverExpires() =>
        Lives(new RetentionRules(null, null, null, null), "2026-06-07T21:00Z").ShouldHaveSingleItem()
            .ExpiresAt.ShouldBeNull();

    [Fact]
    public void LastToGo_IsTheOneThatIsKeptForLongest_TheNewestOfSeveral()
    {
        var lives = Lives(
            RetentionRules.Default, "2026-01-05T21:00Z", "2026-06-05T21:00Z", "2026-06-07T21:00Z", "2026-06-08T21:00Z");

        // The first holds the tag of January's first Sunday, for three years.
        RetentionPlan.LastToGo(lives).ShouldBe(lives[0]);
        RetentionPlan.LastToGo(lives.Skip(1)).ShouldBe(lives[2]); // June's first Sunday
        RetentionPlan.LastToGo([]).ShouldBeNull();
        var equal = Lives(new RetentionRules(null, null, null, null), "2026-06-07T21:00Z", "2026-06-08T21:00Z");
        RetentionPlan.LastToGo(equal).ShouldBe(equal[1]);
    }

    [Theory]
    [InlineData("2026-01-31", 1, "2026-02-28")]
    [InlineData("2026-02-28", 1, "2026-03-31")] // it was the last
    [InlineData("2026-01-15", 13, "2027-02-15")]
    public void DaysOfMonth_In_KeepsItsPlace(string day, int months, string end) =>
        new DaysOfMonth([15, 31, DaysOfMonth.Last]).In(Day(day), months).ShouldBe(Day(end));

    private static IReadOnlyList<PointLife> Lives(RetentionRules rules, params string[] times) =>
        new RetentionPlan(rules, BackupSchedule.DefaultIn("UTC"))
            .LivesOf(times.Select((time, i) => Point(i + 1, Time(time))));

    private static string Told(PointLife life) =>
        string.Join(", ", life.Tags.Select(tag => $"{tag.Tier?.ToString() ?? "-"} {tag.Day:yyyy-MM-dd}"));

    private static KeptPoint Point(int number, DateTimeOffset at) => new(IdOf(number), number, at, null);

    internal static ObjectId IdOf(int number)
    {
        var bytes = new byte[ObjectId.Size];
        BitConverter.TryWriteBytes(bytes, number);
        return new ObjectId(bytes);
    }

    private static DateOnly Day(string text) => DateOnly.Parse(text, CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
