using Coffer.Domain;
using Coffer.Simulation.Disks;

namespace Coffer.Simulation.Interleavings;

/// <summary>How a world begins: made once, and copied for each order that is tried.</summary>
internal sealed record WorldImage(
    DiskImage Disk, DateTimeOffset Now, IReadOnlyList<MachineId> Machines, long Sequence,
    IReadOnlyList<(ObjectId Id, int Shape)> Live);
