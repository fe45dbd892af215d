using Coffer.Domain;
using Coffer.Domain.Policies.Exclusions;

namespace Coffer.Agent.Policies.Previewing;

/// <summary>What a backup by a policy would take now.</summary>
/// <param name="WithoutEffect">Exclusions that matched nothing.</param>
/// <param name="Largest">The folders that hold most of what is taken.</param>
public sealed record SelectionReport(
    IReadOnlyList<PreviewedSource> Sources, IReadOnlyList<LeftOut> LeftOut,
    IReadOnlyList<ExclusionPattern> WithoutEffect, IReadOnlyList<FolderSize> Largest)
{
    public EntryCount Total
    {
        get
        {
            var total = new EntryCount();
            foreach (var source in Sources) total.Add(source.Taken);
            return total;
        }
    }
}

/// <param name="Problem">Why the source could not be backed up now; null where it could.</param>
public sealed record PreviewedSource(PlannedSource Source, EntryCount Taken, Fault? Problem)
{
    /// <summary>Entries that could not be looked at.</summary>
    public long Unreadable { get; init; }

    /// <summary>The first of them, with the system's reason; null: none.</summary>
    public (byte[] Path, string Reason)? FirstUnreadable { get; init; }
}

/// <summary>How far a preview has come.</summary>
public sealed record SelectionProgress(string SourceLabel, long Files, long Bytes);
