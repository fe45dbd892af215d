using Coffer.Domain;

namespace Coffer.Vault.Scrubbing;

/// <param name="TotalPacks">Of this run.</param>
/// <param name="Damaged">Packs found damaged so far.</param>
public readonly record struct ScrubProgress(long Packs, long TotalPacks, long Bytes, long TotalBytes, long Damaged);

/// <summary>What became of a pack that was found damaged.</summary>
public enum PackFate
{
    /// <summary>Nothing yet: the vault was not open for writing.</summary>
    Found = 1,

    /// <summary>Its file is again what it was; nothing was lost.</summary>
    Repaired = 2,

    /// <summary>Set aside; what stood in it was copied.</summary>
    Quarantined = 3,

    /// <summary>It was set aside and is whole again: a cable, or a file that was brought back.</summary>
    Reinstated = 4,
}

/// <summary>One damaged pack.</summary>
/// <param name="Frames">Frames in it, as far as is known.</param>
/// <param name="Rescued">Of them, those that stood and were copied into a new pack.</param>
/// <param name="Reason">What was found; empty for a pack that is whole again.</param>
/// <param name="LostTotal">Ids of which the vault has no sound copy any more.</param>
/// <param name="Lost">The first of them.</param>
public sealed record PackFinding(
    KeyspaceId Keyspace, ObjectId Pack, PackFate Fate, string Reason, long Frames, long Rescued, long LostTotal,
    IReadOnlyList<ObjectId> Lost);

/// <summary>What a scrub saw and did.</summary>
/// <param name="IsDone">
/// False where it was told to stop, or something went wrong; the next one goes on with the packs that are left.
/// </param>
/// <param name="Packs">Packs read.</param>
/// <param name="OldestCheck">When the pack was last read for which that is longest ago; null: never.</param>
public sealed record ScrubReport(
    bool IsDone, long Packs, long Bytes, DateTimeOffset? OldestCheck, IReadOnlyList<PackFinding> Findings)
{
    /// <summary>Why a keyspace could not be read to its end, the first reason; null where all could.</summary>
    public Fault? Problem { get; init; }

    public long LostIds => Findings.Sum(finding => finding.LostTotal);
}
