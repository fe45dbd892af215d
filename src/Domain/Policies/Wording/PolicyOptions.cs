using System.Globalization;
using Coffer.Domain.Retention;
using Coffer.Domain.Schedules;

namespace Coffer.Domain.Policies.Wording;

/// <summary>
/// Changes what is named of schedule and retention, and leaves the rest: the same on the machine and at the vault.
/// </summary>
/// <param name="given">What was given for an option, by its name; null where it was not given.</param>
public sealed class PolicyOptions(Func<string, string?> given)
{
    private static readonly PolicyOption s_at = new("--at", "TIMES", "When to back up: 21:00, or 06:00,18:00");
    private static readonly PolicyOption s_days = new("--days", "DAYS", "Only on these days: Mon,Fri; daily: on all");
    private static readonly PolicyOption s_weeks = new("--every-weeks", "NUMBER", "Only each so many weeks: 1 to 4");
    private static readonly PolicyOption s_zone = new("--time-zone", "ZONE", "Whose clock the times are read from");
    private static readonly PolicyOption s_delay = new("--random-delay", "MINUTES", "Start up to so much later");
    private static readonly PolicyOption s_daily =
        new("--daily", "DAYS", "Keep each point so many days; off: no longer");
    private static readonly PolicyOption s_weekly =
        new("--weekly", "WEEKS", "Keep one a week for so many weeks; or off");
    private static readonly PolicyOption s_weeklyOn = new("--weekly-on", "DAYS", "Which of the week: Sunday");
    private static readonly PolicyOption s_monthly =
        new("--monthly", "MONTHS", "Keep one a month so many months; or off");
    private static readonly PolicyOption s_monthlyOn = new("--monthly-on", "DAYS", "'first Sunday', or 1,15,last");
    private static readonly PolicyOption s_yearly =
        new("--yearly", "YEARS", "Keep one a year for so many years; or off");
    private static readonly PolicyOption s_yearlyIn = new("--yearly-in", "MONTHS", "Of which months: January");
    private static readonly PolicyOption s_yearlyOn = new("--yearly-on", "DAYS", "'first Sunday', or 1,15,last");

    private static readonly PolicyOption[] s_schedule = [s_at, s_days, s_weeks, s_zone, s_delay];

    private static readonly PolicyOption[] s_retention =
        [s_daily, s_weekly, s_weeklyOn, s_monthly, s_monthlyOn, s_yearly, s_yearlyIn, s_yearlyOn];

    public static IReadOnlyList<PolicyOption> All { get; } = [.. s_schedule, .. s_retention];

    public bool ChangesSchedule => s_schedule.Any(option => given(option.Name) is not null);

    public bool ChangesRetention => s_retention.Any(option => given(option.Name) is not null);

    /// <exception cref="FaultException"><c>value.wrong</c>.</exception>
    public BackupSchedule Of(BackupSchedule schedule) => new(
        Each<TimeOnly>(s_at, PolicyWording.TryTime) ?? schedule.Times,
        given(s_days.Name) == "daily" ? [] : Each<DayOfWeek>(s_days, PolicyWording.TryDay) ?? schedule.Days,
        Number(s_weeks) ?? schedule.EveryWeeks,
        given(s_zone.Name) ?? schedule.TimeZone,
        Number(s_delay) ?? schedule.RandomDelayMinutes);

    /// <inheritdoc cref="Of(BackupSchedule)"/>
    public RetentionRules Of(RetentionRules rules)
    {
        var usual = RetentionRules.Default;
        var weekdays = Each<DayOfWeek>(s_weeklyOn, PolicyWording.TryDay);
        var months = Each<int>(s_yearlyIn, PolicyWording.TryMonth);
        return new RetentionRules(
            Tier(s_daily, rules.Daily, usual.Daily!, (tier, days) => tier with { Days = days }),
            Tier(s_weekly, rules.Weekly, usual.Weekly!, (tier, weeks) => tier with { Weeks = weeks })
                is { } weekly ? weekly with { On = weekdays ?? weekly.On } : null,
            Tier(s_monthly, rules.Monthly, usual.Monthly!, (tier, count) => tier with { Months = count })
                is { } monthly ? monthly with { On = MonthDays(s_monthlyOn) ?? monthly.On } : null,
            Tier(s_yearly, rules.Yearly, usual.Yearly!, (tier, years) => tier with { Years = years })
                is { } yearly
                ? yearly with { InMonths = months ?? yearly.InMonths, On = MonthDays(s_yearlyOn) ?? yearly.On }
                : null);
    }

    private T? Tier<T>(PolicyOption option, T? now, T usual, Func<T, int, T> keep)
        where T : RetentionTier
    {
        if (given(option.Name) is not { } text) return now;
        return text == "off" ? null : keep(now ?? usual, Number(option)!.Value);
    }

    private MonthDays? MonthDays(PolicyOption option)
    {
        if (given(option.Name) is not { } text) return null;
        return PolicyWording.TryMonthDays(text.Split(','), out var days) ? days : throw Wrong(option, text);
    }

    private List<T>? Each<T>(PolicyOption option, TryRead<T> read)
    {
        if (given(option.Name) is not { } text) return null;
        return [.. text.Split(',', StringSplitOptions.TrimEntries)
            .Select(each => read(each, out var value) ? value : throw Wrong(option, each))];
    }

    private int? Number(PolicyOption option)
    {
        if (given(option.Name) is not { } text) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw Wrong(option, text);
    }

    private static FaultException Wrong(PolicyOption option, string text) => FaultException.Usage(
        "value.wrong", $"{option.Name} cannot be '{text}': {option.Description}.", "Nothing was changed.");
}
