using Coffer.Vault.Collecting;
using Coffer.Vault.Opening;
using Coffer.Vault.Points;
using Coffer.Vault.Scrubbing;

namespace Coffer.Vault.Upkeep;

/// <summary>
/// What a vault without a service of its own does after each backup: expiry and purging, a slice of collection, a slice
/// of reading again. Where nothing is due it costs a few rows read.
/// </summary>
internal static class VaultUpkeep
{
    public static UpkeepReport Run(OpenVault vault, UpkeepRules rules, Func<bool> mayGoOn)
    {
        vault.RequireWriter();
        var (expired, purged) = new PointShelf(vault).RunDue(rules.SoftDelete);
        var collections = new List<CollectionReport>();
        foreach (var keyspace in vault.Catalog.Keyspaces.All())
        {
            var collection = new Collection(vault, vault.Keyspace(keyspace), rules.Collection);
            if (mayGoOn() && collection.IsDue(rules.CollectEvery)) collections.Add(collection.Run(mayGoOn));
        }
        var scrub = VaultScrub.RunBefore(vault, vault.Now - rules.ReadAgainAfter, mayGoOn);
        return new UpkeepReport(expired, purged, collections, scrub);
    }
}
