using System.Text.Json;
using Coffer.Domain.Policies;
using Coffer.Domain.Retention;
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
            WriteTimes(json, daily);
            json.WriteEndObject();
        }

        if (rules.Monthly is { } monthly)
        {
            json.WriteStartObject("monthly"u8);
            json.WriteNumber("months"u8, monthly.Months);
            WriteDays(json, monthly.On);
            WriteTimes(json, monthly);
            json.WriteEndObject();
        }

        if (rules.Weekly is { } weekly)
        {
            json.WriteStartObject("weekly"u8);
            PolicyCodec.WriteAll(json, "on", weekly.On, static (j, d) => j.WriteStringValue(d.ToString()));
            WriteTimes(json, weekly);
            json.WriteNumber("weeks"u8, weekly.Weeks);
            json.WriteEndObject();
        }

        if (rules.Yearly is { } yearly)
        {
            json.WriteStartObject("yearly"u8);
            PolicyCodec.WriteAll(json, "inMonths", yearly.InMonths, static (j, m) => j.WriteNumberValue(m));
            WriteDays(json, yearly.On);
            WriteTimes(json, yearly);
            json.WriteNumber("years"u8, yearly.Years);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <exception cref="FormatException">A number beyond <see cref="RetentionLimits"/>.</exception>
    public static RetentionRules Read(JsonElement json) => new(
        json.TryChild("daily", out var daily)
            ? new DailyRetention(Number(daily, "days", RetentionLimits.Days)) { Times = ReadTimes(daily) }
            : null,
        json.TryChild("weekly", out var weekly)
            ? new WeeklyRetention(
                [.. weekly.Children("on").Select(d => PolicyCodec.DayOf(d.GetString()))],
                Number(weekly, "weeks", RetentionLimits.Weeks))
            { Times = ReadTimes(weekly) }
            : null,
        json.TryChild("monthly", out var monthly)
            ? new MonthlyRetention(ReadDays(monthly), Number(monthly, "months", RetentionLimits.Months))
            {
                Times = ReadTimes(monthly),
            }
            : null,
        json.TryChild("yearly", out var yearly)
            ? new YearlyRetention(
                [.. yearly.Children("inMonths").Select(m => InRange(m.GetInt64(), 12))],
                ReadDays(yearly),
                Number(yearly, "years", RetentionLimits.Years))
            { Times = ReadTimes(yearly) }
            : null);

    private static void WriteTimes(Utf8JsonWriter json, RetentionTier tier)
    {
        if (tier.Times.Count > 0) PolicyCodec.WriteTimes(json, tier.Times);
    }

    private static IReadOnlyList<TimeOnly> ReadTimes(JsonElement json) =>
        json.TryChild("times", out _) ? PolicyCodec.ReadTimes(json) : [];

    private static void WriteDays(Utf8JsonWriter json, MonthDays on)
    {
        json.WriteStartObject("on"u8);
        if (on is DaysOfMonth days)
        {
            PolicyCodec.WriteAll(json, "days", [.. days.Days], static (j, d) => j.WriteNumberValue(d));
        }
        else if (on is WeekdayOfMonth weekday)
        {
            json.WriteString("day"u8, weekday.Day.ToString());
            json.WriteNumber("number"u8, weekday.Number);
        }
        json.WriteEndObject();
    }

    private static MonthDays ReadDays(JsonElement json)
    {
        var on = json.Child("on");
        if (on.TryChild("days", out _))
            return new DaysOfMonth(on.Children("days").Select(d => InRange(d.GetInt64(), DaysOfMonth.Last)));
        return new WeekdayOfMonth(Number(on, "number", WeekdayOfMonth.Last), PolicyCodec.DayOf(on.Text("day")));
    }

    private static int Number(JsonElement json, string name, int most) => InRange(json.Number(name), most);

    private static int InRange(long number, int most) => number >= 1 && number <= most
        ? (int)number
        : throw new FormatException($"{number} is not between 1 and {most}");
}
