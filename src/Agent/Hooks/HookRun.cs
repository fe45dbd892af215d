using System.Text;
using Coffer.Agent.Homes;
using Coffer.Domain;
using Coffer.FileSystem.Machines.Programs;

namespace Coffer.Agent.Hooks;

/// <summary>One run of a hook.</summary>
internal static class HookRun
{
    /// <summary>Of what it wrote the end is told: there it says why it failed.</summary>
    private const int ToldBytes = 1024;

    /// <summary>Why a hook is not run as things are; null where it is.</summary>
    public static Fault? ProblemOf(Hook hook, AgentHome home) =>
        // Root may run a job in the home of another user, who must not get root's rights for it.
        ProgramGuard.ReasonAgainstObeying(home.SettingsFile) is { } open ? HookEdit.Unsafe(hook.Program, open)
        : ProgramGuard.ReasonAgainst(hook.Program) is { } reason ? HookEdit.Unsafe(hook.Program, reason)
        : null;

    /// <returns>Why it failed; null where it did not, or was cancelled.</returns>
    public static async Task<Fault?> RunAsync(
        Hook hook, HookMoment moment, IReadOnlyDictionary<string, string> environment, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var order = new ProgramOrder(hook.Program, hook.Arguments)
        {
            Environment = environment,
            TimeLimit = hook.TimeLimit,
            KeptBytes = ToldBytes,
            JoinsErrors = true,
        };
        var end = await ProgramRun.RunAsync(order, time, cancellationToken);
        if (end.IsGood || end.Ending == ProgramEnding.Cancelled) return null;
        string when = moment == HookMoment.Before ? "before the backup" : "after the backup";
        return new Fault("hook.failed", FaultKind.Failed,
            $"The hook {when}, {hook.Program}, {end.Told}{Limit(hook, end)}{Said(end.Output)}.",
            "`coffer settings` shows it; run it by hand to see more.");
    }

    private static string Limit(Hook hook, ProgramEnd end) =>
        end.Ending == ProgramEnding.TimedOut ? $" ({HookEdit.TextOf(hook.TimeLimit)})" : "";

    // In one line, and so that nothing in it can steer a terminal.
    private static string Said(byte[] output)
    {
        string text = Encoding.UTF8.GetString(output).Trim().ReplaceLineEndings(" | ");
        return text.Length == 0 ? "" : $": {PathText.Render(Encoding.UTF8.GetBytes(text)).TrimEnd('.')}";
    }
}
