using System.Text.Json;
using Coffer.Domain.Policies;
using Coffer.Format.Records;

namespace Coffer.Format.Policies;

/// <summary>The retention part of a policy's JSON; a tier that is not used is left out.</summary>
internal static class RetentionCodec
{
    public static void Write(Utf8JsonWriter json, RetentionRules rules)
    {
        json.WriteStartObject("retention"u8);
        if (rules.Daily is { } daily)
        {
            json.WriteStartObject("daily"u8);
            json.WriteNumber("days"u8, daily.Days);
            json.WriteEndObject();
        }

        if (rules.Monthly is { } monthly)
        {
            json.WriteStartObject("monthly"u8);
            json.WriteNumber("months"u8, monthly.Months);
            WriteDay(json, monthly.On);
            json.WriteEndObject();
        }

        if (rules.Weekly is { } weekly)
        {
            json.WriteStartObject("weekly"u8);
            PolicyCodec.WriteAll(json, "on", weekly.On, static (j, d) => j.WriteStringValue(d.ToString()));
            json.WriteNumber("weeks"u8, weekly.Weeks);
            json.WriteEndObject();
        }

        if (rules.Yearly is { } yearly)
        {
            json.WriteStartObject("yearly"u8);
            PolicyCodec.WriteAll(json, "inMonths", yearly.InMonths, static (j, m) => j.WriteNumberValue(m));
            WriteDay(json, yearly.On);
            json.WriteNumber("years"u8, yearly.Years);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    public static RetentionRules Read(JsonElement json) => new(
        json.TryChild("daily", out var daily) ? new DailyRetention(checked((int)daily.Number("days"))) : null,
        json.TryChild("weekly", out var weekly)
            ? new WeeklyRetention(
                [.. weekly.Children("on").Select(d => PolicyCodec.DayOf(d.GetString()))],
                checked((int)weekly.Number("weeks")))
            : null,
        json.TryChild("monthly", out var monthly)
            ? new MonthlyRetention(ReadDay(monthly), checked((int)monthly.Number("months")))
            : null,
        json.TryChild("yearly", out var yearly)
            ? new YearlyRetention(
                [.. yearly.Children("inMonths").Select(m => m.GetInt32())],
                ReadDay(yearly),
                checked((int)yearly.Number("years")))
            : null);

    private static void WriteDay(Utf8JsonWriter json, WeekdayOfMonth on)
    {
        json.WriteStartObject("on"u8);
        json.WriteString("day"u8, on.Day.ToString());
        json.WriteNumber("number"u8, on.Number);
        json.WriteEndObject();
    }

    private static WeekdayOfMonth ReadDay(JsonElement json) => new(
        checked((int)json.Child("on").Number("number")), PolicyCodec.DayOf(json.Child("on").Text("day")));
}
