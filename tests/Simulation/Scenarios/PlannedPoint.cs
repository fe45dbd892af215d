using Coffer.Domain;

namespace Coffer.Simulation.Scenarios;

/// <summary>A recovery point, or a checkpoint, as the agent of a scenario has it in hand.</summary>
/// <param name="Name">As people tell it: <c>point 2</c>.</param>
/// <param name="Frame">Sealed.</param>
/// <param name="Graph">Every id below it.</param>
internal sealed record PlannedPoint(
    string Name, long Sequence, ObjectId Id, byte[] Frame, IReadOnlyList<ObjectId> Graph);
