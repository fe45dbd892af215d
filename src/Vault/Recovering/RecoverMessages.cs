using Coffer.Domain;
using Coffer.Vault.Scrubbing;

namespace Coffer.Vault.Recovering;

/// <summary>Packs of which the tables were read.</summary>
/// <param name="TotalPacks">Of the keyspace in hand; 0 while there is none.</param>
public readonly record struct RecoverProgress(string Doing, long Packs, long TotalPacks);

/// <summary>What a recovery found and did.</summary>
public sealed record RecoverReport
{
    /// <summary>Why the catalog was made anew; empty where it was sound.</summary>
    public required string Catalog { get; init; }

    /// <summary><c>vault.json</c> was missing or damaged.</summary>
    public required bool IsFileNew { get; init; }

    /// <summary>Indexes that were made anew, and why.</summary>
    public required IReadOnlyList<(KeyspaceId Keyspace, string Why)> Indexes { get; init; }

    /// <summary>Files that were kept under another name because they were damaged or too old.</summary>
    public required IReadOnlyList<string> KeptAside { get; init; }

    public required long Points { get; init; }

    public required long Packs { get; init; }

    /// <summary>Points of which only the record is left.</summary>
    public required IReadOnlyList<ObjectId> WithoutFile { get; init; }

    /// <summary>Records that are damaged: what they said is not known.</summary>
    public required IReadOnlyList<string> DamagedRecords { get; init; }

    /// <summary>Packs that were damaged, and what became of them.</summary>
    public required IReadOnlyList<PackFinding> Findings { get; init; }

    /// <summary>Nothing was amiss.</summary>
    public bool WasSound => !IsFileNew && Catalog.Length == 0 && Indexes.Count == 0 && KeptAside.Count == 0 && IsWhole;

    /// <summary>Nothing is missing now.</summary>
    public bool IsWhole => WithoutFile.Count == 0 && DamagedRecords.Count == 0 && Findings.All(f => f.LostTotal == 0);
}
