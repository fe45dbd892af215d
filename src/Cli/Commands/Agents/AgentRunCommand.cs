using Coffer.Agent.Homes;
using Coffer.Agent.Policies;
using Coffer.Agent.Scheduling;
using Coffer.Cli.Commands.Backups;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Policies;
using Coffer.Domain.Schedules;
using Coffer.FileSystem.Machines.Services;

namespace Coffer.Cli.Commands.Agents;

/// <summary><c>coffer agent run</c>: the service itself; backs up when the policy says so, until told to end.</summary>
internal sealed class AgentRunCommand() : CofferCommand(
    "run", "Back up whenever the policy says so, until stopped; what the service runs",
    "coffer agent run", "coffer agent run --json")
{
    /// <summary>It looks each minute, and then may wait some 20 s for the vault.</summary>
    private static readonly TimeSpan s_longestTurn = TimeSpan.FromMinutes(4);

    private volatile bool _isBackingUp;

    public override string InterruptNote =>
        _isBackingUp ? $"{BackupProgressPrinter.CancelNote} Then the agent stops." : "The agent stops.";

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        // One agent a home: two would start every run twice.
        using var only = await invocation.Home.LockAgentAsync(invocation.Time, invocation.Cancellation);
        int runs = 0;
        using var watchdog = Watchdog.Start(invocation.Time, s_longestTurn);
        await using var requests = new VaultRequests(
            invocation.Home, invocation.Time, machine => Vaults.ForRequests(invocation, machine), RunAskedAsync,
            text => Tell(invocation.Printer, new AgentNote(text, null)));
        var loop = new AgentLoop(
            invocation.Home, invocation.Time, RunAsync, note => Tell(invocation.Printer, note), requests,
            watchdog.Turn);
        ServiceNotice.Ready();
        await loop.RunAsync(invocation.Cancellation);
        ServiceNotice.Stopping();
        return new Outcome(ExitCode.Completed, json => json.WriteNumber("runs"u8, runs));

        Task<JobState> RunAsync(MachineRegistration machine, PlannedRun run, CancellationToken cancel) =>
            BackUpAsync(machine, BackupChoice.None);

        Task<JobState> RunAskedAsync(MachineRegistration machine, AskedBackup asked, CancellationToken cancel) =>
            BackUpAsync(machine, new BackupChoice(SourceChoice.Of(asked.Sources), asked.RetainUntil));

        async Task<JobState> BackUpAsync(MachineRegistration machine, BackupChoice choice)
        {
            runs++;
            using var work = watchdog.Work();
            _isBackingUp = true;
            try
            {
                return (await BackupStart.RunAsync(invocation, machine, choice)).Job.Report.State;
            }
            finally
            {
                _isBackingUp = false;
            }
        }
    }

    private static void Tell(Printer printer, AgentNote note)
    {
        ServiceNotice.Status(note.Text);
        printer.Line(note.Text);
        printer.Event("agent", json =>
        {
            json.WriteString("text"u8, note.Text);
            if (note.Next is { } next) json.WriteString("next"u8, Words.Iso(next));
        });
        printer.Flush();
    }
}
