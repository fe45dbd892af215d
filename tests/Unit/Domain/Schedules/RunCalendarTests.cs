using System.Globalization;
using Coffer.Domain.Schedules;

namespace Coffer.Unit.Domain.Schedules;

public sealed class RunCalendarTests
{
    [Theory]
    // Ordinary days, in winter and in summer.
    [InlineData("Europe/Berlin", "21:00", "2026-01-10T12:00Z", "2026-01-10T20:00Z")]
    [InlineData("Europe/Berlin", "21:00", "2026-07-10T12:00Z", "2026-07-10T19:00Z")]
    [InlineData("Europe/Berlin", "21:00", "2026-01-10T20:00Z", "2026-01-11T20:00Z")]
    // 29 March 2026: 02:00 becomes 03:00 (01:00 UTC).
    [InlineData("Europe/Berlin", "02:30", "2026-03-28T12:00Z", "2026-03-29T01:00Z")]
    [InlineData("Europe/Berlin", "02:30 03:00", "2026-03-29T01:00Z", "2026-03-30T00:30Z")]
    // 25 October 2026: 03:00 becomes 02:00 (01:00 UTC); 02:30 is shown at 00:30 and 01:30 UTC.
    [InlineData("Europe/Berlin", "02:30", "2026-10-24T12:00Z", "2026-10-25T00:30Z")]
    [InlineData("Europe/Berlin", "02:30", "2026-10-25T00:30Z", "2026-10-26T01:30Z")]
    // Half an hour (Lord Howe), an offset of no whole hour (Nepal), a day that was left out (Samoa, 30 December 2011).
    [InlineData("Australia/Lord_Howe", "02:15", "2026-10-03T12:00Z", "2026-10-03T15:30Z")]
    [InlineData("Asia/Kathmandu", "00:00", "2026-05-05T00:00Z", "2026-05-05T18:15Z")]
    [InlineData("Pacific/Apia", "21:00", "2011-12-30T08:00Z", "2011-12-30T10:00Z")]
    [InlineData("Pacific/Apia", "21:00", "2011-12-30T10:00Z", "2011-12-31T07:00Z")]
    // A zone that nobody knows is UTC.
    [InlineData("Nowhere/At_All", "21:00", "2026-05-05T00:00Z", "2026-05-05T21:00Z")]
    public void NextAfter_IsTheNextTimeThatTheWallShows(string zone, string times, string after, string next)
    {
        var calendar = new RunCalendar(Schedule(zone, times));

        var found = calendar.NextAfter(Time(after));

        found.ShouldNotBeNull().At.ShouldBe(Time(next));
        calendar.LastAtOrBefore(Time(next)).ShouldNotBeNull().At.ShouldBe(Time(next));
    }

    /// <summary>The week of 1 June 2026 is the 1,326th after that of 1 January 2001.</summary>
    [Theory]
    [InlineData(1, "2026-06-06 2026-06-13 2026-06-20 2026-06-27 2026-07-04")]
    [InlineData(2, "2026-06-06 2026-06-20 2026-07-04 2026-07-18 2026-08-01")]
    [InlineData(3, "2026-06-06 2026-06-27 2026-07-18 2026-08-08 2026-08-29")]
    [InlineData(4, "2026-06-20 2026-07-18 2026-08-15 2026-09-12 2026-10-10")]
    public void Between_EverySoManyWeeks_KeepsTheDistanceForEver(int weeks, string days)
    {
        var calendar = new RunCalendar(
            Schedule("UTC", "21:00") with { Days = [DayOfWeek.Saturday], EveryWeeks = weeks });

        var found = calendar.Between(Time("2026-06-01T00:00Z"), Time("2030-01-01T00:00Z"))
            .Select(run => run.Day).ToList();

        found.Take(5).ShouldBe(days.Split(' ').Select(day => DateOnly.Parse(day, CultureInfo.InvariantCulture)));
        found.Zip(found.Skip(1), (a, b) => b.DayNumber - a.DayNumber).ShouldAllBe(gap => gap == 7 * weeks);
    }

    [Fact]
    public void NextAfter_ScheduleWithoutTimes_IsNone() =>
        new RunCalendar(Schedule("UTC", "")).NextAfter(Time("2026-06-01T00:00Z")).ShouldBeNull();

    /// <summary>Minute by minute, with the framework's own rules for zones beside NodaTime's.</summary>
    [Theory]
    [InlineData("Europe/Berlin", "02:30 21:00")]
    [InlineData("America/New_York", "00:00 01:30 02:30")]
    [InlineData("Australia/Lord_Howe", "01:45 02:15")]
    [InlineData("America/Sao_Paulo", "00:00 23:30")]
    public void Between_ThreeYears_IsWhatAWatcherOfTheClockSees(string zone, string times)
    {
        var (from, until) = (Time("2016-06-01T00:00Z"), Time("2019-06-01T00:00Z"));

        var found = new RunCalendar(Schedule(zone, times)).Between(from, until).Select(run => run.At).ToList();

        found.ShouldBe(Watch(TimeZoneInfo.FindSystemTimeZoneById(zone), Times(times), from, until));
    }

    // What the clock jumps over rings at the jump; what it shows again rings no second time.
    private static List<DateTimeOffset> Watch(
        TimeZoneInfo zone, TimeOnly[] times, DateTimeOffset from, DateTimeOffset until)
    {
        var rung = new List<DateTimeOffset>();
        var furthest = zone.GetUtcOffset(from).Ticks + from.UtcTicks;
        for (var now = from.AddMinutes(1); now <= until; now = now.AddMinutes(1))
        {
            long shown = now.UtcTicks + zone.GetUtcOffset(now).Ticks;
            if (shown <= furthest) continue;
            bool rings = false;
            for (long t = furthest + TimeSpan.TicksPerMinute; t <= shown; t += TimeSpan.TicksPerMinute)
                rings |= times.Contains(TimeOnly.FromDateTime(new DateTime(t)));
            furthest = shown;
            if (rings) rung.Add(now);
        }
        return rung;
    }

    private static BackupSchedule Schedule(string zone, string times) => new(Times(times), [], 1, zone, 0);

    private static TimeOnly[] Times(string times) =>
        [.. times.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(time => TimeOnly.ParseExact(time, "HH:mm", CultureInfo.InvariantCulture))];

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
