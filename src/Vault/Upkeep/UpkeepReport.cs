using Coffer.Domain;
using Coffer.Vault.Collecting;
using Coffer.Vault.Scrubbing;

namespace Coffer.Vault.Upkeep;

/// <summary>What a vault did for itself; what it leaves is due again after the next backup.</summary>
/// <param name="Expired">Points whose time had come; they can be brought back for a while.</param>
/// <param name="Purged">Points that are gone for good.</param>
/// <param name="Collections">Of the keyspaces in which one was due.</param>
/// <param name="Scrub">Of the packs that were due to be read again.</param>
public sealed record UpkeepReport(
    int Expired, int Purged, IReadOnlyList<CollectionReport> Collections, ScrubReport Scrub)
{
    /// <summary>Why a keyspace could not be collected.</summary>
    public IReadOnlyList<Fault> Problems { get; init; } = [];

    public int RemovedPacks => Collections.Sum(collection => collection.RemovedPacks);

    public long FreedBytes => Collections.Sum(collection => collection.RemovedBytes - collection.CopiedBytes);
}
