using System.Globalization;
using System.Text.Json;
using Coffer.Agent.Throttling;
using Coffer.Domain.Throttling;

namespace Coffer.Cli.Commands.Settings;

/// <summary>A throttle for people and for programs.</summary>
internal static class ThrottleWords
{
    public static string Of(ThrottleRules? rules)
    {
        if (rules is null) return "none: as fast as the line takes it";
        if (rules.WorkRate == rules.OtherRate) return $"{rules.WorkRate} at all hours";
        return $"{Of(rules.WorkRate)} {ThrottleEdit.Of(rules.WorkDays)} {Of(rules.From)} to {Of(rules.To)} "
            + $"({rules.TimeZone}), else {Of(rules.OtherRate)}";
    }

    /// <summary>Rates in bits per second, null for no limit; null where there is no throttle.</summary>
    public static void Write(Utf8JsonWriter json, ThrottleRules? rules)
    {
        if (rules is null)
        {
            json.WriteNull("throttle"u8);
            return;
        }
        json.WriteStartObject("throttle"u8);
        Write(json, "workHours", rules.WorkRate);
        Write(json, "otherHours", rules.OtherRate);
        json.WriteString("workDays"u8, ThrottleEdit.Of(rules.WorkDays));
        json.WriteString("from"u8, Of(rules.From));
        json.WriteString("to"u8, Of(rules.To));
        json.WriteString("timeZone"u8, rules.TimeZone);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, TransferRate? rate)
    {
        if (rate is { } some) json.WriteNumber(name, some.BitsPerSecond);
        else json.WriteNull(name);
    }

    private static string Of(TransferRate? rate) => rate?.ToString() ?? "no limit";

    private static string Of(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);
}
