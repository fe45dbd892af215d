using System.Text.Json;
using Coffer.Format.Records;

namespace Coffer.Agent.Hooks;

/// <summary>The hooks in <c>settings.json</c>; no other file and no message holds one.</summary>
internal static class HookCodec
{
    /// <summary>Members "hookAfter" and "hookBefore", which come in this order.</summary>
    public static void Write(Utf8JsonWriter json, MachineHooks hooks)
    {
        if (hooks.After is { } after) Write(json, "hookAfter", after);
        if (hooks.Before is { } before) Write(json, "hookBefore", before);
    }

    /// <exception cref="FormatException">Something else stands there.</exception>
    public static MachineHooks Read(JsonElement settings) =>
        new(Read(settings, "hookBefore"), Read(settings, "hookAfter"));

    private static void Write(Utf8JsonWriter json, string name, Hook hook)
    {
        json.WriteStartObject(name);
        json.WriteStartArray("arguments"u8);
        foreach (string argument in hook.Arguments) json.WriteStringValue(argument);
        json.WriteEndArray();
        json.WriteString("program"u8, hook.Program);
        json.WriteString("rule"u8, HookEdit.TextOf(hook.Rule));
        json.WriteNumber("timeLimitSeconds"u8, (long)hook.TimeLimit.TotalSeconds);
        json.WriteEndObject();
    }

    private static Hook? Read(JsonElement settings, string name)
    {
        if (!settings.TryChild(name, out var json)) return null;
        long seconds = json.Number("timeLimitSeconds");
        if (seconds <= 0 || seconds > HookEdit.LongestLimit.TotalSeconds)
            throw new FormatException($"'{name}' has no time limit");
        return new Hook(
            Whole(json.Text("program")),
            [.. json.Children("arguments").Select(argument => Whole(argument.GetString() ?? ""))],
            TimeSpan.FromSeconds(seconds),
            HookEdit.RuleOf(json.Text("rule")) ?? throw new FormatException($"'{name}' has no rule"));
    }

    // A program would be given another text than the one that is shown.
    private static string Whole(string text) =>
        text.Contains('\0', StringComparison.Ordinal) ? throw new FormatException("a NUL character") : text;
}
