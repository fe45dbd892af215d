using System.Text.Json;
using Coffer.Agent.Hooks;
using Coffer.Cli.Output;
using Coffer.Domain;

namespace Coffer.Cli.Commands.Settings;

/// <summary>The hooks, in <c>coffer settings</c>.</summary>
internal static class HookWords
{
    public static void Tell(Printer printer, MachineHooks hooks)
    {
        if (hooks == MachineHooks.None) printer.Line("Hooks      none");
        if (hooks.Before is { } before) printer.Line($"Hooks      before a backup: {Of(before)}, or it "
            + (before.Rule == HookRule.Fail ? "fails" : "is told as a warning"));
        string label = hooks.Before is null ? "Hooks" : "";
        if (hooks.After is { } after) printer.Line($"{label,-11}after a backup: {Of(after)}");
    }

    /// <summary>"hookBefore" and "hookAfter"; null where there is none.</summary>
    public static void Write(Utf8JsonWriter json, MachineHooks hooks)
    {
        Write(json, "hookBefore", hooks.Before);
        Write(json, "hookAfter", hooks.After);
    }

    private static string Of(Hook hook) =>
        $"{string.Join(' ', hook.Arguments.Prepend(hook.Program).Select(PathText.AsWord))}"
        + $", within {HookEdit.TextOf(hook.TimeLimit)}";

    private static void Write(Utf8JsonWriter json, string name, Hook? hook)
    {
        if (hook is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("program"u8, hook.Program);
        json.WriteStartArray("arguments"u8);
        foreach (string argument in hook.Arguments) json.WriteStringValue(argument);
        json.WriteEndArray();
        json.WriteNumber("timeLimitSeconds"u8, (long)hook.TimeLimit.TotalSeconds);
        json.WriteString("onFailure"u8, HookEdit.TextOf(hook.Rule));
        json.WriteEndObject();
    }
}
