using Coffer.Domain.Policies.Wording;
using Coffer.Domain.Retention;
using Coffer.Domain.Schedules;

namespace Coffer.Domain.Policies;

/// <summary>Something in a policy that cannot be meant.</summary>
/// <param name="Field">As a policy file names it: <c>schedule.times</c>; one of a row <c>paths[2]</c>.</param>
/// <param name="Right">What would be right.</param>
public sealed record PolicyProblem(string Field, string Message, string Right)
{
    /// <summary>The other field that it is judged by, where there is one.</summary>
    public string? By { get; init; }
}

/// <summary>What holds of a policy as a whole, wherever it was written.</summary>
public static class PolicyRules
{
    public const int MostTimes = 24, MostWeeks = 4, LongestDelayMinutes = 12 * 60;

    /// <summary>Of paths, and of exclusions: each file that is backed up is judged by all of them.</summary>
    public const int MostPaths = 1000;

    public static IEnumerable<PolicyProblem> Problems(ProtectionPolicy policy) =>
    [
        .. OfNumbers(policy), .. OfPaths([.. policy.Items.Take(MostPaths)]), .. OfSchedule(policy.Schedule),
        .. OfRetention(policy.Retention, policy.Schedule),
    ];

    private static IEnumerable<PolicyProblem> OfNumbers(ProtectionPolicy policy)
    {
        foreach (var (field, number) in new[] { ("paths", policy.Items.Count), ("exclude", policy.Exclusions.Count) })
            if (number > MostPaths)
                yield return new($"{field}[{MostPaths}]", $"These are {number}, and {MostPaths} are the most.",
                    "Name folders around them.");
    }

    private static IEnumerable<PolicyProblem> OfPaths(IReadOnlyList<PolicyItem> items)
    {
        byte[][] paths = [.. items.Select(item => item.Path)];
        for (int i = 0; i < paths.Length; i++)
        {
            string path = PathText.Render(paths[i]), field = $"paths[{i}]";
            if (paths[i] is not [(byte)'/', ..])
                yield return new(field, $"{path} is no absolute path.", "Begin it with a slash: /home/ann.");
            else if (!PathRules.Normalise(paths[i]).AsSpan().SequenceEqual(paths[i]))
                yield return new(field, $"{path} is not written plainly.",
                    $"Write {PathText.Render(PathRules.Normalise(paths[i]))}.");
            else if (PathRules.CoveredBy(paths, i) is { } wider)
                yield return new(
                    field, $"{path} is part of {PathText.Render(wider)} already.", "Leave one of them out.");
        }
    }

    private static IEnumerable<PolicyProblem> OfSchedule(BackupSchedule schedule)
    {
        if (schedule.Times.Count is 0 or > MostTimes)
            yield return new(In("schedule", "times"), $"These are {schedule.Times.Count} times; there are one to 24.",
                "Write 21:00, or 06:00 and 18:00.");
        if (Doubled(schedule.Times) is { } time)
            yield return new(In("schedule", "times"), $"{PolicyWording.Of(time)} is named twice.", "Name it once.");
        if (Doubled(schedule.Days) is { } day)
            yield return new(In("schedule", "days"), $"{day} is named twice.", "Name it once.");
        if (schedule.EveryWeeks is < 1 or > MostWeeks)
            yield return new(
                In("schedule", "every-weeks"), $"A schedule of every {schedule.EveryWeeks} weeks is not kept.",
                "Choose 1 to 4.");
        else if (schedule.EveryWeeks > 1 && schedule.IsDaily)
            yield return new(In("schedule", "every-weeks"), "A schedule of every day has no weeks to leave out.",
                "Name the days of the week too.")
            {
                By = In("schedule", "days"),
            };
        if (WallClock.Find(schedule.TimeZone) is null)
            yield return new(In("schedule", "time-zone"), $"There is no time zone '{schedule.TimeZone}'.",
                "Use a name of the IANA database: Europe/Berlin.");
        if (schedule.RandomDelayMinutes is < 0 or > LongestDelayMinutes)
            yield return new(In("schedule", "random-delay-minutes"),
                $"{schedule.RandomDelayMinutes} minutes are no delay that is kept.", "Choose 0 to 720.");
    }

    private static IEnumerable<PolicyProblem> OfRetention(RetentionRules rules, BackupSchedule schedule)
    {
        if (rules.Daily is not null && !schedule.IsDaily)
            yield return new(In("retention", "daily"),
                "The schedule has no run on some days, so there is nothing daily to keep.",
                "Leave it out and keep weekly points, or back up every day.")
            {
                By = In("schedule", "days"),
            };
        if (rules.Weekly is { On.Count: 0 })
            yield return new(In("retention", "weekly", "on"), "No day of the week is named.", "Name one: Sunday.");
        if (rules.Yearly is { InMonths.Count: 0 })
            yield return new(In("retention", "yearly", "in"), "No month is named.", "Name one: January.");
        else if (rules.Yearly is { On: DaysOfMonth on } yearly && !yearly.InMonths.Any(month => HasOneOf(month, on)))
            yield return new(In("retention", "yearly", "on"), "None of the months has such a day.",
                "Name one that it has, or last.")
            {
                By = In("retention", "yearly", "in"),
            };
        foreach (var tier in rules.Tiers)
        {
            var (name, unit, most) = Words(tier.Kind);
            if (tier.Periods < 1 || tier.Periods > most)
                yield return new($"retention.{name}.{unit}", $"{tier.Periods} {unit} cannot be kept.",
                    $"Choose 1 to {most}.");
            if (tier.Times.Except(schedule.Times).ToList() is { Count: > 0 } times)
                yield return new($"retention.{name}.times",
                    $"At {string.Join(", ", times.Select(PolicyWording.Of))} no backup is scheduled.",
                    "Name times of the schedule, or none for all of them.")
                {
                    By = In("schedule", "times"),
                };
        }
    }

    private static T? Doubled<T>(IReadOnlyList<T> values)
        where T : struct
    {
        var known = new HashSet<T>();
        foreach (var value in values)
            if (!known.Add(value)) return value;
        return null;
    }

    // In a leap year, as one comes in time.
    private static bool HasOneOf(int month, DaysOfMonth on) =>
        on.Days.Any(day => day == DaysOfMonth.Last || day <= DateTime.DaysInMonth(2024, month));

    private static string In(params string[] fields) => string.Join('.', fields);

    private static (string Name, string Unit, int Most) Words(TierKind tier) => tier switch
    {
        TierKind.Daily => ("daily", "days", RetentionLimits.Days),
        TierKind.Weekly => ("weekly", "weeks", RetentionLimits.Weeks),
        TierKind.Monthly => ("monthly", "months", RetentionLimits.Months),
        _ => ("yearly", "years", RetentionLimits.Years),
    };
}
