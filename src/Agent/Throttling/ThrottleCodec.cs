using System.Globalization;
using System.Text.Json;
using Coffer.Domain.Throttling;
using Coffer.Format.Records;

namespace Coffer.Agent.Throttling;

/// <summary>The throttle in <c>settings.json</c>.</summary>
internal static class ThrottleCodec
{
    private const string TimeFormat = "HH:mm";

    public static void Write(Utf8JsonWriter json, ThrottleRules rules)
    {
        json.WriteStartObject("throttle"u8);
        json.WriteStartArray("days"u8);
        foreach (var day in rules.WorkDays) json.WriteStringValue(day.ToString());
        json.WriteEndArray();
        json.WriteString("from"u8, rules.From.ToString(TimeFormat, CultureInfo.InvariantCulture));
        if (rules.OtherRate is { } other) json.WriteNumber("otherBits"u8, other.BitsPerSecond);
        json.WriteString("timeZone"u8, rules.TimeZone);
        json.WriteString("to"u8, rules.To.ToString(TimeFormat, CultureInfo.InvariantCulture));
        if (rules.WorkRate is { } work) json.WriteNumber("workBits"u8, work.BitsPerSecond);
        json.WriteEndObject();
    }

    /// <returns>Null where the settings have none.</returns>
    /// <exception cref="FormatException">Something else stands there.</exception>
    public static ThrottleRules? Read(JsonElement settings) => settings.TryChild("throttle", out var json)
        ? new ThrottleRules(
            [.. json.Children("days").Select(day => Enum.Parse<DayOfWeek>(day.GetString() ?? ""))],
            Time(json, "from"), Time(json, "to"), json.Text("timeZone"), Rate(json, "workBits"),
            Rate(json, "otherBits"))
        : null;

    private static TimeOnly Time(JsonElement json, string name) =>
        TimeOnly.ParseExact(json.Text(name), TimeFormat, CultureInfo.InvariantCulture);

    private static TransferRate? Rate(JsonElement json, string name) => json.TryChild(name, out _)
        ? TransferRate.Of(json.Number(name)) ?? throw new FormatException($"'{name}' is no rate")
        : null;
}
