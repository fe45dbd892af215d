using Coffer.Domain.Security.Operations;

namespace Coffer.Domain.Security.Weakening;

/// <summary>A way in which one policy protects less than another.</summary>
public enum WeaknessKind
{
    /// <summary>A path, and all below it that nothing else selects.</summary>
    PathRemoved = 1,

    /// <summary>All of a volume: its points freeze, and a new chain begins if it comes back.</summary>
    VolumeRemoved = 2,

    /// <summary>A path goes into a wider one, where exclusions reach it that did not while it was chosen.</summary>
    PathMerged = 3,

    ExclusionAdded = 4,

    /// <summary>An exclusion comes after a pattern that took something back in, and wins now.</summary>
    ExclusionMoved = 5,

    /// <summary>A pattern is gone that took something back in.</summary>
    InclusionRemoved = 6,

    /// <summary>Folders marked CACHEDIR.TAG are left out.</summary>
    CacheFoldersSkipped = 7,

    /// <summary>Live files may be read where a snapshot was wanted.</summary>
    SnapshotsLoosened = 8,

    /// <summary>Fewer runs, or a longer time without one.</summary>
    FrequencyLowered = 9,

    DailyRetentionShortened = 10,
    WeeklyRetentionShortened = 11,
    MonthlyRetentionShortened = 12,
    YearlyRetentionShortened = 13,

    /// <summary>A first tier: without any, points are kept for ever.</summary>
    KeptForEverNoMore = 14,
}

/// <summary>One way, and about what.</summary>
/// <param name="Subject">A path, a mount point or the text of a pattern, as bytes; empty where there is none.</param>
public sealed record PolicyWeakness(WeaknessKind Kind, byte[] Subject)
{
    /// <summary>What it is to whoever guards it.</summary>
    public CriticalOperation Operation => Kind switch
    {
        WeaknessKind.PathRemoved or WeaknessKind.VolumeRemoved => CriticalOperation.RemoveFromPolicy,
        WeaknessKind.PathMerged or WeaknessKind.ExclusionAdded or WeaknessKind.ExclusionMoved
            or WeaknessKind.InclusionRemoved or WeaknessKind.CacheFoldersSkipped => CriticalOperation.AddExclusion,
        WeaknessKind.SnapshotsLoosened => CriticalOperation.LoosenSnapshots,
        WeaknessKind.FrequencyLowered => CriticalOperation.LowerFrequency,
        WeaknessKind.DailyRetentionShortened or WeaknessKind.WeeklyRetentionShortened
            or WeaknessKind.MonthlyRetentionShortened or WeaknessKind.YearlyRetentionShortened
            or WeaknessKind.KeptForEverNoMore => CriticalOperation.ShortenRetention,
        _ => throw new ArgumentOutOfRangeException(nameof(Kind), Kind, "no operation for this weakness"),
    };
}
