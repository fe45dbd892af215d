using Coffer.Domain;
using Coffer.Domain.Policies.Wording;
using Coffer.Domain.Schedules;
using Coffer.Domain.Throttling;

namespace Coffer.Agent.Throttling;

/// <summary>A change of the throttle as a person writes it; what is null stays as it was.</summary>
public sealed record ThrottleEdit
{
    /// <summary>In place of a rate: no limit.</summary>
    public const string None = "none";

    /// <summary>At all hours: a rate or <see cref="None"/>.</summary>
    public string? Rate { get; init; }

    public string? WorkHours { get; init; }

    public string? OtherHours { get; init; }

    /// <summary><c>mon-fri</c>, <c>Mon,Wed,Fri</c>, <c>daily</c>.</summary>
    public string? WorkDays { get; init; }

    public string? From { get; init; }

    /// <summary><c>24:00</c> is midnight as well.</summary>
    public string? To { get; init; }

    public string? TimeZone { get; init; }

    private bool HasHours => (WorkHours ?? OtherHours ?? WorkDays ?? From ?? To ?? TimeZone) is not null;

    /// <param name="before">Null: none was set.</param>
    /// <param name="zone">The machine's, where none was given or set.</param>
    /// <returns>Null where nothing is held back at any time.</returns>
    /// <exception cref="FaultException"><c>throttle.rate</c>, <c>throttle.hours</c>.</exception>
    public ThrottleRules? Apply(ThrottleRules? before, string zone)
    {
        if (Rate is not null) return Always(zone);
        if (!HasHours)
            throw FaultException.Usage("throttle.rate", "There is no rate.",
                "Give a RATE for all hours, --work-hours and --other-hours, or none.");
        var work = WorkHours is null ? before?.WorkRate : RateOf(WorkHours);
        var other = OtherHours is null ? before?.OtherRate : RateOf(OtherHours);
        var rules = new ThrottleRules(
            WorkDays is null ? before?.WorkDays ?? ThrottleRules.MondayToFriday : DaysOf(WorkDays),
            From is null ? before?.From ?? ThrottleRules.UsualFrom : TimeOf("--from", From),
            To is null ? before?.To ?? ThrottleRules.UsualTo : TimeOf("--to", To == "24:00" ? "00:00" : To),
            TimeZone ?? before?.TimeZone ?? zone, work, other);
        if (WallClock.Find(rules.TimeZone) is null)
            throw Hours($"There is no time zone '{rules.TimeZone}'.", "Give --time-zone as Europe/Vienna, or UTC.");
        if (work is not null || other is not null) return rules;
        // That both are lifted is said; that there never was one has been overlooked.
        return WorkHours is not null || OtherHours is not null ? null : throw FaultException.Usage("throttle.rate",
            "Neither the hours of work nor the others have a rate.", "Give --work-hours 10Mbps, or --other-hours.");
    }

    /// <summary>As <see cref="WorkDays"/> is read: <c>Mon-Fri</c>, <c>Mon,Wed</c>, <c>daily</c>.</summary>
    public static string Of(IReadOnlyList<DayOfWeek> days)
    {
        // Weeks begin on Monday here, as --work-days has them.
        var sorted = days.Distinct().OrderBy(day => ((int)day + 6) % 7).ToList();
        if (sorted.Count == 7) return "daily";
        bool isRow = sorted.Count > 2 && (sorted[^1] - sorted[0] + 7) % 7 == sorted.Count - 1;
        return isRow
            ? $"{Short(sorted[0])}-{Short(sorted[^1])}"
            : string.Join(',', sorted.Select(Short));
    }

    private ThrottleRules? Always(string zone)
    {
        if (HasHours)
            throw FaultException.Usage("throttle.rate", "A rate for all hours leaves none for some of them.",
                "Give --work-hours and --other-hours in its place.");
        return RateOf(Rate!) is { } rate
            ? new ThrottleRules(
                ThrottleRules.MondayToFriday, ThrottleRules.UsualFrom, ThrottleRules.UsualTo, zone, rate, rate)
            : null;
    }

    private static TransferRate? RateOf(string text) =>
        text.Equals(None, StringComparison.OrdinalIgnoreCase) ? null : TransferRate.Parse(text);

    private static TimeOnly TimeOf(string option, string text) => PolicyWording.TryTime(text, out var time)
        ? time
        : throw Hours($"{option} cannot be '{text}'.", "Give a time of day: 08:00.");

    private static List<DayOfWeek> DaysOf(string text)
    {
        if (text.Equals("daily", StringComparison.OrdinalIgnoreCase)) return [.. Enum.GetValues<DayOfWeek>()];
        var days = new List<DayOfWeek>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            string[] ends = part.Split('-', StringSplitOptions.TrimEntries);
            if (ends.Length > 2 || !PolicyWording.TryDay(ends[0], out var day)
                || !PolicyWording.TryDay(ends[^1], out var last))
                throw Hours($"--work-days cannot be '{text}'.", "Give days: mon-fri, or mon,wed,sat, or daily.");
            for (; ; day = (DayOfWeek)(((int)day + 1) % 7))
            {
                if (!days.Contains(day)) days.Add(day);
                if (day == last) break;
            }
        }
        return days;
    }

    private static string Short(DayOfWeek day) => day.ToString()[..3];

    private static FaultException Hours(string message, string guidance) =>
        FaultException.Usage("throttle.hours", message, guidance + " Nothing was changed.");
}
