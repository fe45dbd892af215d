using System.Text;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Wording;
using Coffer.Domain.Retention;
using Coffer.Format.Policies;

namespace Coffer.Agent.Policies.Files;

/// <summary>A policy as a YAML file that people edit (docs/policies.md); its version stays out.</summary>
public static class PolicyFileWriter
{
    public static string Write(ProtectionPolicy policy)
    {
        var text = new StringBuilder("# A policy of Coffer: docs/policies.md tells what each line means.\n");
        WriteAll(text, "paths", policy.Items.Select(item => PathText.Render(item.Path)));
        WriteAll(text, "exclude", policy.Exclusions.Select(pattern => PathText.Render(pattern.Text)));
        Line(text, $"skip-cache-folders: {(policy.SkipsCacheFolders ? "true" : "false")}");
        Line(text, $"snapshots: {PolicyCodec.TextOf(policy.Snapshots)}");
        Line(text, "schedule:");
        var schedule = policy.Schedule;
        Line(text, $"  times: {Row(schedule.Times.Select(PolicyWording.Of))}");
        if (!schedule.IsDaily) Line(text, $"  days: {Row(schedule.Days.Select(day => $"{day}"))}");
        if (schedule.EveryWeeks > 1) Line(text, $"  every-weeks: {schedule.EveryWeeks}");
        Line(text, $"  time-zone: {Quoted(schedule.TimeZone)}");
        Line(text, $"  random-delay-minutes: {schedule.RandomDelayMinutes}");
        Write(text, policy.Retention);
        return text.ToString();
    }

    private static void Write(StringBuilder text, RetentionRules rules)
    {
        Line(text, rules.KeepForEver ? "retention: {}  # for ever" : "retention:");
        if (rules.Daily is { } daily) Tier(text, "daily", $"days: {daily.Days}", daily);
        if (rules.Weekly is { } weekly)
            Tier(text, "weekly", $"weeks: {weekly.Weeks}, on: {Row(weekly.On.Select(day => $"{day}"))}", weekly);
        if (rules.Monthly is { } monthly)
            Tier(text, "monthly", $"months: {monthly.Months}, on: {Of(monthly.On)}", monthly);
        if (rules.Yearly is { } yearly)
            Tier(text, "yearly", $"years: {yearly.Years}, in: {Row(yearly.InMonths.Select(PolicyWording.NameOf))}, "
                + $"on: {Of(yearly.On)}", yearly);
    }

    private static void Tier(StringBuilder text, string name, string what, RetentionTier tier)
    {
        string times = tier.Times.Count == 0 ? "" : $", times: {Row(tier.Times.Select(PolicyWording.Of))}";
        Line(text, $"  {name}: {{{what}{times}}}");
    }

    private static void WriteAll(StringBuilder text, string name, IEnumerable<string> values)
    {
        string[] all = [.. values];
        Line(text, all.Length == 0 ? $"{name}: []" : $"{name}:");
        foreach (string value in all) Line(text, $"  - {Quoted(value)}");
    }

    private static string Of(MonthDays on) => PolicyWording.Of(on) is [var single] ? single : Row(PolicyWording.Of(on));

    private static string Row(IEnumerable<string> values) => $"[{string.Join(", ", values.Select(Plain))}]";

    // 06:00 would be a number of another base to some readers of YAML.
    private static string Plain(string text) => text.Contains(':') ? $"\"{text}\"" : text;

    // Rendered paths hold nothing that cannot be shown: only what ends the quotes, or escapes in them, is left.
    private static string Quoted(string text) => $"\"{text.Replace(@"\", @"\\").Replace("\"", "\\\"")}\"";

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
