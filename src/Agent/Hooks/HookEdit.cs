using System.Globalization;
using Coffer.Domain;
using Coffer.FileSystem.Machines.Programs;

namespace Coffer.Agent.Hooks;

/// <summary>A hook as a person writes it; what is null has its default.</summary>
/// <param name="Words">The program, and what it is given.</param>
/// <param name="TimeLimit"><c>90s</c>, <c>10m</c>, <c>2h</c>.</param>
/// <param name="OnFailure"><c>fail</c> or <c>warn</c>.</param>
public sealed record HookEdit(IReadOnlyList<string> Words, string? TimeLimit, string? OnFailure)
{
    /// <summary>A program that hangs would keep the machine without backups until somebody looks.</summary>
    public static readonly TimeSpan LongestLimit = TimeSpan.FromHours(24);

    private static readonly TimeSpan s_usualLimit = TimeSpan.FromMinutes(10);

    /// <exception cref="FaultException"><c>hook.wrong</c>, <c>hook.unsafe</c>.</exception>
    public Hook Make(HookMoment moment)
    {
        if (Words.Count == 0) throw Wrong("There is no program.", "Give its absolute path, or --off.");
        if (moment == HookMoment.After && OnFailure is not null)
            throw Wrong("--on-failure is for the hook before a backup.",
                "After it the points stand, so a hook that fails there is a warning.");
        var rule = OnFailure is { } text
            ? RuleOf(text) ?? throw Wrong($"--on-failure cannot be '{text}'.", "Give fail or warn.")
            : moment == HookMoment.Before ? HookRule.Fail : HookRule.Warn;
        var limit = TimeLimit is { } time ? LimitOf(time) : s_usualLimit;
        if (ProgramGuard.ReasonAgainst(Words[0]) is { } reason) throw new FaultException(Unsafe(Words[0], reason));
        return new Hook(Words[0], [.. Words.Skip(1)], limit, rule);
    }

    public static string TextOf(HookRule rule) => rule == HookRule.Fail ? "fail" : "warn";

    /// <summary>As <see cref="TextOf(HookRule)"/> writes them; null: none of them.</summary>
    public static HookRule? RuleOf(string text) =>
        text == "fail" ? HookRule.Fail : text == "warn" ? HookRule.Warn : null;

    /// <summary>As <see cref="TimeLimit"/> is read.</summary>
    public static string TextOf(TimeSpan limit)
    {
        long seconds = (long)limit.TotalSeconds;
        return seconds % 3600 == 0 ? $"{seconds / 3600}h" : seconds % 60 == 0 ? $"{seconds / 60}m" : $"{seconds}s";
    }

    internal static Fault Unsafe(string program, UnsafeProgram found) => new(
        "hook.unsafe", FaultKind.Refused, $"{program} is not run as a hook: {found.Reason}.", found.Cure);

    private static TimeSpan LimitOf(string text)
    {
        int unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        var digits = text.AsSpan(0, Math.Max(0, text.Length - 1));
        bool isNumber = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        long seconds = (long)number * unit;
        return isNumber && seconds > 0 && seconds <= LongestLimit.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw Wrong($"--time-limit cannot be '{text}'.", "Give 90s, 10m or 2h; 24h at most.");
    }

    private static FaultException Wrong(string message, string guidance) =>
        FaultException.Usage("hook.wrong", message, guidance + " Nothing was changed.");
}
