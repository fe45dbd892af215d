using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Exclusions;
using Coffer.Domain.Policies.Wording;
using Coffer.Domain.Retention;
using Coffer.Domain.Schedules;
using YamlDotNet.RepresentationModel;

namespace Coffer.Agent.Policies.Files;

/// <summary>
/// Reads a policy from a YAML file (docs/policies.md). All mistakes are told at once, each with its line and what
/// would be right; with any, there is no policy.
/// </summary>
public sealed class PolicyFileReader
{
    private const string TimesAreWrittenSo = "Write the hour and the minute, in quotes: \"21:00\".";
    private const string MonthDaysAreWrittenSo = "Write first Sunday, last Friday, or days by number: [1, 15, last].";

    private readonly YamlMistakes _mistakes = new();

    private PolicyFileReader()
    {
    }

    /// <param name="version">Of the policy that this is to be.</param>
    /// <param name="timeZone">The machine's, where the file names none.</param>
    /// <param name="judge">What only the machine can tell: paths that are not there.</param>
    public static PolicyFile Read(
        string text, long version, string timeZone, Func<ProtectionPolicy, IEnumerable<PolicyProblem>>? judge = null)
    {
        if (YamlSyntax.Read(text, out var problem) is not { } document) return new PolicyFile(null, [problem!]);
        if (document is not YamlMappingNode fields) return new PolicyFile(null, [YamlSyntax.NoPolicy()]);
        var reader = new PolicyFileReader();
        var policy = reader.Read(fields, timeZone);
        reader._mistakes.Add(PolicyRules.Problems(policy));
        if (judge is not null) reader._mistakes.Add(judge(policy));
        return reader._mistakes.All is { Count: > 0 } all
            ? new PolicyFile(null, all)
            : new PolicyFile(policy with { Version = version }, []);
    }

    private ProtectionPolicy Read(YamlMappingNode root, string timeZone)
    {
        var fields = new YamlFields(
            "", root, ["paths", "exclude", "skip-cache-folders", "snapshots", "schedule", "retention"], _mistakes);
        fields.Need("paths", "It names nothing to be backed up.", "Write paths: [/home, /etc]; [] is for nothing.");
        return ProtectionPolicy.Empty(timeZone) with
        {
            Items = [.. fields.Texts("paths").Select(each => new PolicyItem(PathText.Parse(each.Text)))],
            Exclusions = [.. fields.Texts("exclude").Select(PatternOf).OfType<ExclusionPattern>()],
            SkipsCacheFolders = fields.Truth("skip-cache-folders") ?? true,
            Snapshots = SnapshotsOf(fields),
            Schedule = ScheduleOf(fields, timeZone),
            Retention = RetentionOf(fields),
        };
    }

    private ExclusionPattern? PatternOf(YamlText each)
    {
        try
        {
            return ExclusionPattern.Parse(PathText.Parse(each.Text));
        }
        catch (FaultException e)
        {
            _mistakes.Add(each.Field, e.Fault.Message, e.Fault.Guidance);
            return null;
        }
    }

    private static SnapshotUse SnapshotsOf(YamlFields fields) => fields.Choice(
        "snapshots", SnapshotUse.WhenPossible,
        ("when-possible", SnapshotUse.WhenPossible), ("required", SnapshotUse.Required), ("off", SnapshotUse.Off));

    private BackupSchedule ScheduleOf(YamlFields fields, string timeZone)
    {
        var usual = BackupSchedule.DefaultIn(timeZone);
        var all = fields.Below("schedule", "times", "days", "every-weeks", "time-zone", "random-delay-minutes");
        if (all is null) return usual;
        return new BackupSchedule(
            all.Has("times") ? all.Each<TimeOnly>("times", PolicyWording.TryTime, TimesAreWrittenSo) : usual.Times,
            all.Each<DayOfWeek>("days", PolicyWording.TryDay, "Write a day of the week: Sunday."),
            all.Number("every-weeks") ?? 1,
            all.Text("time-zone") ?? timeZone,
            all.Number("random-delay-minutes") ?? usual.RandomDelayMinutes);
    }

    private RetentionRules RetentionOf(YamlFields fields)
    {
        if (!fields.Has("retention")) return RetentionRules.Default;
        if (fields.Below("retention", "daily", "weekly", "monthly", "yearly") is not { } all)
            return new RetentionRules(null, null, null, null);
        var daily = all.Below("daily", "days", "times");
        var weekly = all.Below("weekly", "weeks", "on", "times");
        var monthly = all.Below("monthly", "months", "on", "times");
        var yearly = all.Below("yearly", "years", "in", "on", "times");
        return new RetentionRules(
            daily is null ? null : new DailyRetention(daily.Needed("days")) { Times = TimesOf(daily) },
            weekly is null
                ? null
                : new WeeklyRetention(DaysOf(weekly), weekly.Needed("weeks")) { Times = TimesOf(weekly) },
            monthly is null
                ? null
                : new MonthlyRetention(MonthDaysOf(monthly), monthly.Needed("months")) { Times = TimesOf(monthly) },
            yearly is null
                ? null
                : new YearlyRetention(MonthsOf(yearly), MonthDaysOf(yearly), yearly.Needed("years"))
                {
                    Times = TimesOf(yearly),
                });
    }

    private static List<TimeOnly> TimesOf(YamlFields tier) =>
        tier.Each<TimeOnly>("times", PolicyWording.TryTime, TimesAreWrittenSo);

    private static List<DayOfWeek> DaysOf(YamlFields tier) =>
        tier.Each<DayOfWeek>("on", PolicyWording.TryDay, "Write a day of the week: Sunday.");

    private static List<int> MonthsOf(YamlFields tier) =>
        tier.Each<int>("in", PolicyWording.TryMonth, "Write a month: January.");

    private MonthDays MonthDaysOf(YamlFields tier)
    {
        var texts = tier.Texts("on");
        if (PolicyWording.TryMonthDays([.. texts.Select(each => each.Text)], out var days)) return days;
        tier.Wrong("on", "These are no days of a month.", MonthDaysAreWrittenSo);
        return days;
    }
}
