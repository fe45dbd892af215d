using Coffer.Agent.Homes;
using Coffer.Contracts.Jobs;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Protection;
using Coffer.Domain.Schedules;

namespace Coffer.Agent.Scheduling;

/// <summary>Runs a backup by the policy; the job's state, or a fault where there was none.</summary>
public delegate Task<JobState> RunScheduledAsync(
    MachineRegistration machine, PlannedRun run, CancellationToken cancellationToken);

/// <summary>What the loop does, for a log.</summary>
/// <param name="Next">When it runs next; null: never, as things are.</param>
public sealed record AgentNote(string Text, DateTimeOffset? Next);

/// <summary>
/// Starts backups when the policy wants them, for as long as the process lives. It looks at policy and clock anew at
/// least each minute, so edits, sleep and changes of the clock need no message; what it has done stands in the home
/// before it is done, so a restart neither repeats a run nor forgets one.
/// </summary>
/// <param name="turn">Called each time that it looks, at least once a minute while no backup runs.</param>
public sealed class AgentLoop(
    AgentHome home, TimeProvider time, RunScheduledAsync run, Action<AgentNote> note, VaultRequests? requests = null,
    Action? turn = null)
{
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMinutes(1);

    private string _told = "";

    /// <summary>Returns when it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var pause = await StepAsync(cancellationToken);
            try
            {
                await Task.Delay(pause, time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <returns>How long there is nothing to do.</returns>
    private async Task<TimeSpan> StepAsync(CancellationToken cancellationToken)
    {
        turn?.Invoke();
        if (home.ReadMachine() is not { } machine) return Idle("This machine is not registered yet.");
        if (home.ReadPolicy() is not { } policy) return Idle("Nothing is protected yet.");
        var now = time.GetUtcNow();
        var memory = Remembered(now);
        if (NextRun(policy, machine, memory, now) is not { } planned)
        {
            // What there is to do may come from the vault.
            var pause = Idle(policy.Items.Count > 0 ? "The policy has no schedule." : "Nothing is protected yet.");
            return await IsAskedAsync(machine, pause, cancellationToken) ? TimeSpan.Zero : pause;
        }
        if (planned.Start > now)
        {
            Tell(new AgentNote($"The next run is due at {planned.Start:u}.", planned.Start));
            return await IsAskedAsync(machine, planned.Start - now, cancellationToken)
                ? TimeSpan.Zero
                : PauseUntil(planned.Start);
        }
        return await TryRunAsync(machine, memory, planned, cancellationToken) ? TimeSpan.Zero : s_lookEvery;
    }

    private static PlannedRun? NextRun(
        ProtectionPolicy policy, MachineRegistration machine, RunMemory memory, DateTimeOffset now) =>
        policy.Items.Count > 0 ? new RunPlanner(policy.Schedule, machine.Id.Value).Next(memory, now) : null;

    private async Task<bool> IsAskedAsync(
        MachineRegistration machine, TimeSpan free, CancellationToken cancellationToken)
    {
        try
        {
            return requests is not null && await requests.LookAsync(machine, free, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private TimeSpan PauseUntil(DateTimeOffset start)
    {
        var left = start - time.GetUtcNow(); // looking at the vault took its time
        return left < TimeSpan.Zero ? TimeSpan.Zero : left < s_lookEvery ? left : s_lookEvery;
    }

    /// <returns>False where the run has still to be made.</returns>
    private async Task<bool> TryRunAsync(
        MachineRegistration machine, RunMemory memory, PlannedRun planned, CancellationToken cancellationToken)
    {
        string why = planned.Why switch
        {
            RunReason.Missed => $"The run of {planned.Slot.At:u} was missed and begins now.",
            RunReason.Retry => "The run that failed is tried again.",
            _ => "A scheduled run begins.",
        };
        Tell(new AgentNote(why, null));
        var begun = memory.Begin(planned);
        home.WriteRunMemory(begun);
        try
        {
            var state = await run(machine, planned, cancellationToken);
            bool isDone = state is JobState.Completed or JobState.CompletedWithWarnings;
            // What a person cancelled is not tried again before its next time; what the end of this process cut off is.
            bool isCutOff = state == JobState.Cancelled && cancellationToken.IsCancellationRequested;
            home.WriteRunMemory(
                isCutOff ? memory : isDone || state == JobState.Cancelled ? begun.Succeed() : Failed(begun));
            Tell(new AgentNote($"The run ended: {state}.", null));
            return !isCutOff;
        }
        catch (FaultException e) when (e.Fault.Code == "job.busy")
        {
            home.WriteRunMemory(memory); // its time is not done with; as soon as the other job is over
            Tell(new AgentNote($"Another job is in progress; the run waits for it. {e.Fault.Message}", null));
            return false;
        }
        catch (FaultException e) when (StoppedFaults.Include(e.Fault))
        {
            // As somebody wants it: there is nothing that another try would mend.
            home.WriteRunMemory(begun.Succeed());
            Tell(new AgentNote($"No run is made. {e.Fault.Message} {e.Fault.Guidance}", null));
            return true;
        }
        catch (FaultException e)
        {
            home.WriteRunMemory(Failed(begun));
            Tell(new AgentNote($"The run failed: {e.Fault.Message} [{e.Fault.Code}]", null));
            return true;
        }
        catch (Exception e) when (e is CorruptionException or IOException)
        {
            // The next run may find it mended; an agent that ended would make none.
            home.WriteRunMemory(Failed(begun));
            Tell(new AgentNote($"The run failed: {e.Message}", null));
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            home.WriteRunMemory(memory);
            return false;
        }
        catch (OperationCanceledException)
        {
            // By a person: not tried again before its next time, as above.
            home.WriteRunMemory(begun.Succeed());
            Tell(new AgentNote($"The run ended: {JobState.Cancelled}.", null));
            return true;
        }
    }

    private RunMemory Failed(RunMemory memory) => memory.Fail(time.GetUtcNow());

    // What was due before anybody asked for protection is not caught up.
    private RunMemory Remembered(DateTimeOffset now)
    {
        var known = KnownRuns.Read(home);
        if (known.Memory is { } memory) return memory;
        if (known.Damage is { } damage)
            Tell(new AgentNote($"{damage.Message} {damage.Guidance} [{damage.Code}]", null));
        memory = new RunMemory(now);
        home.WriteRunMemory(memory);
        return memory;
    }

    private TimeSpan Idle(string why)
    {
        Tell(new AgentNote(why, null));
        return s_lookEvery;
    }

    private void Tell(AgentNote told)
    {
        if (told.Text == _told) return;
        _told = told.Text;
        note(told);
    }
}
