using Coffer.Agent.Homes;
using Coffer.Domain;
using Coffer.Domain.Schedules;

namespace Coffer.Agent.Scheduling;

/// <summary>What is known of the agent's runs so far.</summary>
/// <param name="Memory">Null: of none.</param>
/// <param name="Damage"><c>schedule.damaged</c>: what was known cannot be read; null where it can.</param>
public sealed record KnownRuns(RunMemory? Memory, Fault? Damage)
{
    /// <summary>A damaged memory is as none: it must not keep backups from being made.</summary>
    public static KnownRuns Read(AgentHome home)
    {
        try
        {
            return new KnownRuns(home.ReadRunMemory(), null);
        }
        catch (Exception e) when (e is CorruptionException or FaultException { Fault.Code: "file.large" })
        {
            return new KnownRuns(null, new Fault("schedule.damaged", FaultKind.Failed,
                $"schedule.json in {home.Folder} is damaged, so which runs were made is not known.",
                "The agent makes it anew and goes on with the next time of the schedule; `coffer backup` makes up for a"
                + " run that was missed. Look at the health of that disk."));
        }
    }
}
