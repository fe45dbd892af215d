using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Domain.Protection;

namespace Coffer.Agent.Policies;

/// <summary>A data source that backups leave out, as its protection is stopped.</summary>
/// <param name="Label">For people.</param>
/// <param name="Name">What commands take it by.</param>
/// <param name="State">Never <see cref="ProtectionState.Protected"/>.</param>
public sealed record StoppedSource(SourceId Id, string Label, string Name, ProtectionState State)
{
    public Fault Fault => StoppedFaults.Of(State, Label, Name);

    /// <summary>What a run says that goes on without it.</summary>
    public string Words => State == ProtectionState.Deleted
        ? $"{Label} is left out: its backups were deleted. {Fault.Guidance}"
        : $"{Label} is left out: its protection is stopped; {Fault.Guidance}";
}

/// <summary>
/// The data sources of a machine whose protection is stopped, as its vault tells. Rules for a run:
/// 1. Such a source is left out, and the run goes on with the others.
/// 2. Where that would leave none, or one was asked for by itself, there is no run: the fault says what cures it.
/// </summary>
public sealed class StoppedSources
{
    private readonly Dictionary<SourceId, StoppedSource> _stopped;

    private StoppedSources(Dictionary<SourceId, StoppedSource> stopped) => _stopped = stopped;

    public static StoppedSources None { get; } = new([]);

    /// <param name="items">All of the machine's.</param>
    public static StoppedSources Of(IReadOnlyList<BackupItem> items)
    {
        var stopped = new Dictionary<SourceId, StoppedSource>();
        foreach (var item in items)
        {
            if (item.Protection == ProtectionState.Protected) continue;
            bool isOnly = items.Count(other => other.Label == item.Label) == 1;
            stopped[item.Id] = new StoppedSource(
                item.Id, item.Label, isOnly ? item.Label : $"{item.Id}", item.Protection);
        }

        return new StoppedSources(stopped);
    }

    /// <summary>Null where it is protected.</summary>
    public StoppedSource? Find(SourceId source) => _stopped.GetValueOrDefault(source);

    /// <summary>Those that a run leaves out.</summary>
    /// <exception cref="FaultException"><c>protection.stopped</c>, <c>protection.deleted</c>: rule 2.</exception>
    public IReadOnlyList<StoppedSource> LeftOutOf(PlannedPolicy planned, SourceChoice choice)
    {
        var leftOut = Among(planned, choice);
        bool isRun = leftOut.Count == 0 || (choice.IsAll && leftOut.Count < planned.Among(choice).Count);
        return isRun ? leftOut : throw new FaultException(FaultOf(leftOut));
    }

    /// <summary>Of the chosen ones; by rule 1 alone, for a plan to which more may come.</summary>
    public IReadOnlyList<StoppedSource> Among(PlannedPolicy planned, SourceChoice choice) =>
        [.. planned.Among(choice).Select(source => Find(source.Source.Id)).OfType<StoppedSource>()];

    /// <summary>A plan in which each of them has its fault: what could not be backed up now.</summary>
    public PlannedPolicy Mark(PlannedPolicy planned) => planned with
    {
        Plan = planned.Plan with
        {
            Sources =
            [
                .. planned.Plan.Sources.Select(
                    source => source with { Problem = Find(source.Source.Id)?.Fault ?? source.Problem }),
            ],
        },
    };

    private static Fault FaultOf(IReadOnlyList<StoppedSource> stopped) => stopped is [var only]
        ? only.Fault
        : stopped[0].Fault with
        {
            Message = "There is nothing to back up: protection is stopped of "
                + $"{string.Join(", ", stopped.Select(source => source.Label))}.",
            Guidance = string.Join(" ", stopped.Select(source => $"{source.Label}: {source.Fault.Guidance}")),
        };
}
