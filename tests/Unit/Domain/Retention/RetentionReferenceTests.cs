using Coffer.Domain.Retention;
using Coffer.Domain.Schedules;

namespace Coffer.Unit.Domain.Retention;

/// <summary>Random policies and random lives of a machine, against <see cref="SlowRetention"/>.</summary>
public sealed class RetentionReferenceTests
{
    private static readonly string[] s_zones =
        ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo"];

    // Not 28: in February it would be the last as well, and the clerk would have to decide.
    private static readonly int[] s_days = [1, 5, 15, 20, DaysOfMonth.Last];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void LivesOf_RandomLives_AreWhatTheClerkWritesDown(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 10; round++)
        {
            var schedule = Schedule(random);
            var rules = Rules(random, schedule);
            var points = Points(random, schedule);
            if (points.Count == 0) continue;
            var slow = new SlowRetention(
                rules, schedule, Day(points[0].At).AddDays(-800), Day(points[^1].At).AddDays(366 * 6));

            var lives = new RetentionPlan(rules, schedule).LivesOf(points);

            var ends = slow.Ends(points);
            foreach (var life in lives)
                life.ExpiresAt.ShouldBe(ends[life.Point.Id],
                    $"seed {seed}, round {round}, point of {life.Point.At:u}, {schedule.TimeZone}, {rules}");
        }
    }

    private static BackupSchedule Schedule(Random random)
    {
        var times = Enumerable.Range(0, random.Next(1, 4))
            .Select(_ => new TimeOnly(random.Next(24), random.Next(4) * 15)).ToList();
        return new BackupSchedule(times, [], 1, s_zones[random.Next(s_zones.Length)], 0);
    }

    private static RetentionRules Rules(Random random, BackupSchedule schedule)
    {
        return new RetentionRules(
            Maybe(() => new DailyRetention(random.Next(1, 40)) { Times = Times() }),
            Maybe(() => new WeeklyRetention(Weekdays(), random.Next(1, 12)) { Times = Times() }),
            Maybe(() => new MonthlyRetention(Days(), random.Next(1, 20)) { Times = Times() }),
            Maybe(() => new YearlyRetention([random.Next(1, 13), 7], Days(), random.Next(1, 4)) { Times = Times() }));

        T? Maybe<T>(Func<T> make) where T : class => random.Next(4) > 0 ? make() : null;
        IReadOnlyList<TimeOnly> Times() =>
            random.Next(2) == 0 ? [] : [schedule.Times[random.Next(schedule.Times.Count)]];
        DayOfWeek[] Weekdays() =>
            [.. Enum.GetValues<DayOfWeek>().Where(_ => random.Next(3) == 0).Append(DayOfWeek.Monday)];
        MonthDays Days() => random.Next(2) == 0
            ? new WeekdayOfMonth(random.Next(1, 6), (DayOfWeek)random.Next(7))
            : new DaysOfMonth(s_days.Where(_ => random.Next(2) == 0).Append(5));
    }

    // Runs that fail, weeks without the machine, and somebody who presses the button.
    private static List<KeptPoint> Points(Random random, BackupSchedule schedule)
    {
        var from = new DateTimeOffset(2015 + random.Next(5), random.Next(1, 13), 1, 0, 0, 0, TimeSpan.Zero);
        var points = new List<KeptPoint>();
        var awake = from;
        foreach (var run in new RunCalendar(schedule).Between(from, from.AddDays(random.Next(30, 250))))
        {
            if (random.Next(60) == 0) awake = run.At.AddDays(random.Next(1, 60));
            if (run.At < awake || random.Next(8) == 0) continue;
            Add(run.At.AddMinutes(random.Next(0, 300)), null);
            if (random.Next(15) == 0)
                Add(run.At.AddHours(random.Next(1, 20)), run.At.AddDays(random.Next(1, 90)));
        }
        return [.. points.OrderBy(point => point.At)];

        void Add(DateTimeOffset at, DateTimeOffset? until) =>
            points.Add(new KeptPoint(RetentionPlanTests.IdOf(points.Count + 1), points.Count + 1, at, until));
    }

    private static DateOnly Day(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime);
}
