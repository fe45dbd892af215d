using Coffer.Agent.Homes;
using Coffer.Agent.Policies;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem.Mounts;

namespace Coffer.Cli.Compose;

/// <summary>What a person wants of one backup beyond the policy.</summary>
/// <param name="RetainUntil">Null: as the policy has it.</param>
/// <param name="Sources">Only these data sources; null: all.</param>
internal sealed record BackupChoice(DateTimeOffset? RetainUntil = null, IReadOnlyList<SourceId>? Sources = null)
{
    /// <summary>Only the data sources that are named, by label, id or selected path; null: all.</summary>
    public IReadOnlyList<string>? Named { get; init; }

    /// <summary>
    /// The ids of what was chosen. One that was never backed up gets its id here, and keeps it. The caller holds the
    /// job's lock.
    /// </summary>
    /// <exception cref="FaultException"><c>backup.sources</c>, <c>source.ambiguous</c>.</exception>
    public IReadOnlyList<SourceId> Resolve(
        Invocation invocation, MachineRegistration machine, ProtectionPolicy policy, MountTable mounts)
    {
        if (Named is not { Count: > 0 }) return Sources ?? [];
        var planned = PlannedPolicy.Of(invocation.Home, machine.Place.Folder, policy, mounts);
        SourceId[] found =
            [.. Named.Select(named => planned.SourceNamed(named, invocation.Raw.PlainPathOf(named))).Distinct()];
        invocation.Home.WriteSources(planned.Plan.Known);
        return found;
    }
}
