using Coffer.Domain;
using Coffer.Vault.Collecting;
using Coffer.Vault.Opening;
using Coffer.Vault.Points;
using Coffer.Vault.Protection;
using Coffer.Vault.Scrubbing;

namespace Coffer.Vault.Upkeep;

/// <summary>
/// What a vault does for itself: expiry and purging, a slice of collection, a slice of reading again. Where nothing is
/// due it costs a few rows read. A keyspace that cannot be used does not stand in the way of the others.
/// </summary>
internal static class VaultUpkeep
{
    public static UpkeepReport Run(OpenVault vault, UpkeepRules rules, Func<bool> mayGoOn)
    {
        vault.RequireWriter();
        var (collections, problems) = (new List<CollectionReport>(), new List<Fault>());
        Apart(problems, new ProtectionDesk(vault).FinishDeletions);
        var (expired, purged) = (0, 0);
        Apart(problems, () => (expired, purged) =
            new PointShelf(vault).RunDue(rules.SoftDelete ?? ProtectionDesk.KeptFor(vault)));
        foreach (var keyspace in FromWhereItStopped(vault))
        {
            if (!mayGoOn()) break;
            vault.LastLookedAfter = keyspace; // also where it fails: the next one has its turn
            Apart(problems, () =>
            {
                var collection = new Collection(vault, vault.Keyspace(keyspace), rules.Collection);
                if (collection.IsDue(rules.CollectEvery)) collections.Add(collection.Run(mayGoOn));
            });
        }
        // Not even its turn is waited for: who reads the whole vault at somebody's word may have it for hours.
        var scrub = new ScrubReport(IsDone: false, 0, 0, VaultScrub.OldestCheck(vault), []);
        if (mayGoOn())
            Apart(problems, () => scrub = VaultScrub.RunBefore(vault, vault.Now - rules.ReadAgainAfter, mayGoOn));
        if (scrub.Problem is { } problem) problems.Add(problem);
        return new UpkeepReport(expired, purged, collections, scrub) { Problems = problems };
    }

    // What goes wrong in one part does not keep the others from their turn.
    private static void Apart(List<Fault> problems, Action act)
    {
        try
        {
            act();
        }
        catch (FaultException e)
        {
            problems.Add(e.Fault);
        }
        catch (CorruptionException e)
        {
            problems.Add(new Fault("vault.damaged", FaultKind.Failed, e.Message));
        }
    }

    // Ids are drawn by agents: always in their order, one that comes first could take each slice whole.
    private static IEnumerable<KeyspaceId> FromWhereItStopped(OpenVault vault)
    {
        var all = vault.Catalog.Keyspaces.All();
        int next = vault.LastLookedAfter is { } last ? all.IndexOf(last) + 1 : 0;
        return all.Skip(next).Concat(all.Take(next));
    }
}
