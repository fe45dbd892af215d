using System.CommandLine;
using System.Globalization;
using Coffer.Agent.Policies.Files;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Retention;
using Coffer.Domain.Schedules;

namespace Coffer.Cli.Commands.Policies.Editing;

/// <summary><c>coffer policy set</c>: changes what is named of schedule and retention, and leaves the rest.</summary>
internal sealed class PolicySetCommand : CofferCommand
{
    private readonly Option<string?> _at = Text("--at", "TIMES", "When to back up: 21:00, or 06:00,18:00");
    private readonly Option<string?> _days = Text("--days", "DAYS", "Only on these days: Mon,Fri; daily: on all");
    private readonly Option<string?> _weeks = Text("--every-weeks", "NUMBER", "Only each so many weeks: 1 to 4");
    private readonly Option<string?> _zone = Text("--time-zone", "ZONE", "Whose clock the times are read from");
    private readonly Option<string?> _delay = Text("--random-delay", "MINUTES", "Start up to so much later");
    private readonly Option<string?> _daily = Text("--daily", "DAYS", "Keep each point so many days; off: no longer");
    private readonly Option<string?> _weekly = Text("--weekly", "WEEKS", "Keep one a week for so many weeks; or off");
    private readonly Option<string?> _weeklyOn = Text("--weekly-on", "DAYS", "Which of the week: Sunday");
    private readonly Option<string?> _monthly = Text("--monthly", "MONTHS", "Keep one a month so many months; or off");
    private readonly Option<string?> _monthlyOn = Text("--monthly-on", "DAYS", "'first Sunday', or 1,15,last");
    private readonly Option<string?> _yearly = Text("--yearly", "YEARS", "Keep one a year for so many years; or off");
    private readonly Option<string?> _yearlyIn = Text("--yearly-in", "MONTHS", "Of which months: January");
    private readonly Option<string?> _yearlyOn = Text("--yearly-on", "DAYS", "'first Sunday', or 1,15,last");

    public PolicySetCommand()
        : base("set", "Change when backups run and how long points are kept",
            "coffer policy set --at 06:00,18:00 --daily 14",
            "coffer policy set --days Mon,Wed,Fri --daily off --weekly 8 --weekly-on Fri",
            "coffer policy set --monthly 24 --monthly-on 'last Friday' --yearly off --pin-file -")
    {
        foreach (var option in (Option[])[_at, _days, _weeks, _zone, _delay, _daily, _weekly, _weeklyOn, _monthly,
            _monthlyOn, _yearly, _yearlyIn, _yearlyOn])
            Add(option);
        Add(SharedOptions.PinFile);
        Add(SharedOptions.Confirm);
    }

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        using var changing = await invocation.Home.LockAsync(invocation.Time, invocation.Cancellation);
        var before = invocation.Home.ReadPolicy()
            ?? throw FaultException.Usage(
                "policy.none", "Nothing is protected yet.", "`coffer protect FOLDER` begins.");
        var policy = before with
        {
            Schedule = ScheduleOf(invocation, before.Schedule),
            Retention = RetentionOf(invocation, before.Retention),
        };
        PolicyEdit.Require(policy);
        return await PolicyEdit.PutAsync(invocation, before, policy);
    }

    private BackupSchedule ScheduleOf(Invocation invocation, BackupSchedule schedule) => new(
        Each<TimeOnly>(invocation, _at, PolicyWording.TryTime) ?? schedule.Times,
        invocation.Value(_days) == "daily"
            ? []
            : Each<DayOfWeek>(invocation, _days, PolicyWording.TryDay) ?? schedule.Days,
        Number(invocation, _weeks) ?? schedule.EveryWeeks,
        invocation.Value(_zone) ?? schedule.TimeZone,
        Number(invocation, _delay) ?? schedule.RandomDelayMinutes);

    private RetentionRules RetentionOf(Invocation invocation, RetentionRules rules)
    {
        var usual = RetentionRules.Default;
        var weekdays = Each<DayOfWeek>(invocation, _weeklyOn, PolicyWording.TryDay);
        var months = Each<int>(invocation, _yearlyIn, PolicyWording.TryMonth);
        return new RetentionRules(
            Tier(invocation, _daily, rules.Daily, usual.Daily!, (tier, days) => tier with { Days = days }),
            Tier(invocation, _weekly, rules.Weekly, usual.Weekly!, (tier, weeks) => tier with { Weeks = weeks })
                is { } weekly ? weekly with { On = weekdays ?? weekly.On } : null,
            Tier(invocation, _monthly, rules.Monthly, usual.Monthly!, (tier, count) => tier with { Months = count })
                is { } monthly ? monthly with { On = MonthDays(invocation, _monthlyOn) ?? monthly.On } : null,
            Tier(invocation, _yearly, rules.Yearly, usual.Yearly!, (tier, years) => tier with { Years = years })
                is { } yearly
                ? yearly with
                {
                    InMonths = months ?? yearly.InMonths,
                    On = MonthDays(invocation, _yearlyOn) ?? yearly.On,
                }
                : null);
    }

    private static T? Tier<T>(
        Invocation invocation, Option<string?> option, T? now, T usual, Func<T, int, T> keep) where T : RetentionTier
    {
        if (invocation.Value(option) is not { } text) return now;
        return text == "off" ? null : keep(now ?? usual, Number(invocation, option)!.Value);
    }

    private static MonthDays? MonthDays(Invocation invocation, Option<string?> option)
    {
        if (invocation.Value(option) is not { } text) return null;
        return PolicyWording.TryMonthDays(text.Split(','), out var days) ? days : throw Wrong(option, text);
    }

    private static List<T>? Each<T>(Invocation invocation, Option<string?> option, TryRead<T> read)
    {
        if (invocation.Value(option) is not { } text) return null;
        return [.. text.Split(',', StringSplitOptions.TrimEntries)
            .Select(each => read(each, out var value) ? value : throw Wrong(option, each))];
    }

    private static int? Number(Invocation invocation, Option<string?> option)
    {
        if (invocation.Value(option) is not { } text) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw Wrong(option, text);
    }

    private static FaultException Wrong(Option<string?> option, string text) => FaultException.Usage(
        "value.wrong", $"{option.Name} cannot be '{text}': {option.Description}.", "Nothing was changed.");

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value };
}
