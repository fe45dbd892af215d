using Coffer.Cli.Commands.Policies.Editing;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Wording;
using Coffer.Domain.Retention;
using Coffer.Domain.Schedules;

namespace Coffer.Cli.Commands.Setup;

/// <summary>When backups run, and how long they are kept. Answers are values of <c>policy set</c>'s options.</summary>
internal sealed class TimeQuestions(Asking asking, ProtectionPolicy before)
{
    private const string Off = "off";

    private readonly Dictionary<string, string> _changes = [];

    /// <returns>The options that change something, and the policy with them.</returns>
    public async Task<(IReadOnlyDictionary<string, string> Changes, ProtectionPolicy Policy)> AskAsync()
    {
        var (schedule, retention) = (before.Schedule, before.Retention);
        asking.Tell("", $"When to back up, by the clock of {schedule.TimeZone}; the start is up to"
            + $" {schedule.RandomDelayMinutes} min later.");
        var policy = await SetAsync(before, "--at", "Times of the day, with commas", Times(schedule));
        policy = await SetAsync(policy, "--days", "On which days: daily, or Mon,Wed,Fri", Days(schedule));
        policy = policy.Schedule.IsDaily
            ? EveryWeek(policy)
            : await SetAsync(policy, "--every-weeks", "In every week: 1; in each second, third or fourth: 2, 3 or 4",
                $"{schedule.EveryWeeks}");
        asking.Tell("", "How long points are kept. Each is an independent backup; 'off' leaves a row out.");
        // A schedule with days off has nothing daily to keep.
        string daily = policy.Schedule.IsDaily ? Periods(retention.Daily) : Off;
        policy = await SetAsync(policy, "--daily", "Each for how many days", daily);
        policy = await SetAsync(policy, "--weekly", "One a week for how many weeks", Periods(retention.Weekly));
        policy = await SetAsync(policy, "--monthly", "One a month for how many months", Periods(retention.Monthly));
        policy = await SetAsync(policy, "--yearly", "One a year for how many years", Periods(retention.Yearly));
        return (_changes, policy);
    }

    private async Task<ProtectionPolicy> SetAsync(ProtectionPolicy policy, string option, string text, string usual)
    {
        return await asking.UntilAsync(text, usual, typed =>
        {
            string value = typed.Replace(" ", "", StringComparison.Ordinal);
            var given = new PolicyOptions(name => name == option ? value : null);
            var set = policy with { Schedule = given.Of(policy.Schedule), Retention = given.Of(policy.Retention) };
            PolicyEdit.Require(IsOfDays(option) ? AsIfAllWereAsked(set) : set);
            if (!IsSame(value, option)) _changes[option] = value;
            return set;
        });
    }

    // Weeks and daily points that do not go with the days are asked for next, or settled by them.
    private static bool IsOfDays(string option) => option is "--days" or "--every-weeks";

    private static ProtectionPolicy AsIfAllWereAsked(ProtectionPolicy policy) => policy with
    {
        Schedule = policy.Schedule.IsDaily ? policy.Schedule with { EveryWeeks = 1 } : policy.Schedule,
        Retention = policy.Retention with { Daily = policy.Schedule.IsDaily ? policy.Retention.Daily : null },
    };

    // A daily schedule has no weeks to leave out, whatever the one before it had.
    private ProtectionPolicy EveryWeek(ProtectionPolicy policy)
    {
        if (policy.Schedule.EveryWeeks != 1) _changes["--every-weeks"] = "1";
        return policy with { Schedule = policy.Schedule with { EveryWeeks = 1 } };
    }

    private bool IsSame(string value, string option) => value == option switch
    {
        "--at" => Times(before.Schedule),
        "--days" => Days(before.Schedule),
        "--every-weeks" => $"{before.Schedule.EveryWeeks}",
        "--daily" => Periods(before.Retention.Daily),
        "--weekly" => Periods(before.Retention.Weekly),
        "--monthly" => Periods(before.Retention.Monthly),
        _ => Periods(before.Retention.Yearly),
    };

    private static string Times(BackupSchedule schedule) => string.Join(',', schedule.Times.Select(PolicyWording.Of));

    private static string Days(BackupSchedule schedule) =>
        schedule.IsDaily ? "daily" : string.Join(',', schedule.Days.Select(day => $"{day}"[..3]));

    private static string Periods(RetentionTier? tier) => tier is null ? Off : $"{tier.Periods}";
}
