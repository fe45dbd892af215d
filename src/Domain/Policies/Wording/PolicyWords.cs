using System.Globalization;
using Coffer.Domain.Retention;
using Coffer.Domain.Schedules;
using Coffer.Domain.Wording;

namespace Coffer.Domain.Policies.Wording;

/// <summary>Schedules and retention as sentences.</summary>
public static class PolicyWords
{
    private static readonly string[] s_ordinals = ["", "first", "second", "third", "fourth", "last"];

    public static string Of(BackupSchedule schedule)
    {
        string times = string.Join(", ", schedule.Times.Select(t => t.ToString("HH:mm", CultureInfo.InvariantCulture)));
        string days = schedule.Days.Count == 0 ? "daily" : string.Join(", ", schedule.Days);
        string weeks = schedule.EveryWeeks > 1 ? $" every {schedule.EveryWeeks} weeks" : "";
        string delay = schedule.RandomDelayMinutes > 0 ? $", up to {schedule.RandomDelayMinutes} min later" : "";
        return $"{days}{weeks} at {times} ({schedule.TimeZone}){delay}";
    }

    public static string Of(RetentionRules rules)
    {
        var tiers = new List<string>();
        if (rules.Daily is { } daily) tiers.Add($"daily {Counted.Of(daily.Days, "day")}");
        if (rules.Weekly is { } weekly)
            tiers.Add($"{string.Join(", ", weekly.On)} {Counted.Of(weekly.Weeks, "week")}");
        if (rules.Monthly is { } monthly)
            tiers.Add($"{Of(monthly.On)} of a month {Counted.Of(monthly.Months, "month")}");
        if (rules.Yearly is { } yearly)
            tiers.Add($"{Of(yearly.On)} of {Months(yearly)} {Counted.Of(yearly.Years, "year")}");
        return tiers.Count == 0 ? "for ever" : string.Join("; ", tiers);
    }

    private static string Months(YearlyRetention yearly) => string.Join(", ",
        yearly.InMonths.Select(CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName));

    private static string Of(MonthDays on) => on switch
    {
        WeekdayOfMonth weekday => $"{s_ordinals[weekday.Number]} {weekday.Day}",
        DaysOfMonth days => string.Join(
            ", ", days.Days.Select(day => day == DaysOfMonth.Last ? "last day" : $"day {day}")),
        _ => throw new ArgumentOutOfRangeException(nameof(on), on, "no words for these days"),
    };

}
