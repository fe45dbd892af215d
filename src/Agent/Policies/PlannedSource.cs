using Coffer.Agent.Homes;
using Coffer.Domain;
using Coffer.FileSystem.Mounts;

namespace Coffer.Agent.Policies;

/// <summary>One data source as a run would take it.</summary>
/// <param name="Source">With the volume as it is now, where it can be seen.</param>
/// <param name="Mount">Null where the volume is not mounted.</param>
/// <param name="Paths">Absolute; what is selected of this volume.</param>
/// <param name="Problem">Why this source cannot be backed up now; null where it can.</param>
public sealed record PlannedSource(KnownSource Source, Mount? Mount, IReadOnlyList<byte[]> Paths, Fault? Problem)
{
    /// <summary>Its id was made for this plan, and is kept once a backup by it begins.</summary>
    public bool IsNew { get; init; }
}

/// <param name="Sources">In the order of their mount paths.</param>
/// <param name="Known">What to remember of them and of those no longer selected.</param>
public sealed record SourcePlan(IReadOnlyList<PlannedSource> Sources, IReadOnlyList<KnownSource> Known);
