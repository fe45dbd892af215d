using Coffer.Agent.Homes;
using Coffer.Agent.Scheduling;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Domain.Schedules;

namespace Coffer.Cli.Commands.Agents;

/// <summary><c>coffer agent</c>: whether the service runs here, and when it backs up next.</summary>
internal sealed class AgentCommand : CofferCommand
{
    private const string Status = "Show whether the agent runs, and when it backs up next";

    public AgentCommand()
        : base("agent", Status, "coffer agent", "coffer agent install      # as a service of the system")
    {
        Add(new VerbCommand("status", Status, ShowAsync, "coffer agent status --json"));
        Add(new AgentRunCommand());
        Add(new AgentInstallCommand());
        Add(new AgentUninstallCommand());
    }

    public override Task<Outcome> RunAsync(Invocation invocation) => ShowAsync(invocation);

    /// <summary>When the next run is due, if an agent is there to start it; null: never.</summary>
    public static PlannedRun? NextRun(AgentHome home, DateTimeOffset now) =>
        home.ReadMachine() is { } machine && home.ReadPolicy() is { Items.Count: > 0 } policy
            ? new RunPlanner(policy.Schedule, machine.Id.Value).Next(KnownRuns.Read(home).Memory ?? new(now), now)
            : null;

    private static string Delay(PlannedRun run) => run.Why == RunReason.Scheduled && run.Start > run.Slot.At
        ? $", of {run.Slot.At.ToLocalTime():HH:mm} with its random delay"
        : "";

    private static Task<Outcome> ShowAsync(Invocation invocation)
    {
        string? agent = invocation.Home.RunningAgent();
        if (KnownRuns.Read(invocation.Home).Damage is { } damage) invocation.Printer.Remark(damage);
        var next = NextRun(invocation.Home, invocation.Time.GetUtcNow());
        invocation.Printer.Line(agent is null
            ? "No agent runs here: nothing is backed up by itself. `coffer agent install` makes it a service."
            : $"The agent runs ({agent}).");
        if (next is { } run) invocation.Printer.Line($"Next run   {Words.Time(run.Start)}{Delay(run)}");
        else invocation.Printer.Line("Next run   none: nothing is protected yet");
        return Task.FromResult(new Outcome(ExitCode.Completed, json =>
        {
            json.WriteBoolean("isRunning"u8, agent is not null);
            if (next is { } run) json.WriteString("nextRun"u8, Words.Iso(run.Start));
        }));
    }
}
