using Coffer.Domain;
using Coffer.Format.Packs;
using Coffer.Storage;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Opening;
using Coffer.Vault.Records;

namespace Coffer.Vault.Collecting;

/// <summary>
/// Takes packs out of the store. Durable in this order, of which no two steps may change places:
/// 1. in one transaction, after a last look that all in it is still condemned: the pack is <em>removing</em>;
/// 2. its tombstone, a receipt that says so: a rebuilt index never takes the name for present again;
/// 3. the file goes;
/// 4. in one transaction: its rows go, the pack is <em>removed</em>, and ids without a copy are no longer condemned.
/// Who dies after 1 leaves a pack that <see cref="FinishAll"/> takes up at 2: each step may be done twice.
/// </summary>
internal sealed class PackRemoval(OpenVault vault, KeyspaceFile keyspace)
{
    /// <summary>Ends what a collection before this one began.</summary>
    public int FinishAll()
    {
        var begun = keyspace.Packs.In(PackState.Removing);
        foreach (var pack in begun) Finish(pack);
        return begun.Count;
    }

    /// <param name="entries">Of the pack's table.</param>
    /// <param name="isDead">Asked for each id within the transaction.</param>
    /// <returns>False where something in it is alive after all.</returns>
    public bool Remove(PackRow pack, IReadOnlyList<PackEntry> entries, Func<ObjectId, bool> isDead)
    {
        bool isAll = keyspace.Transaction(() =>
        {
            foreach (var entry in entries)
                if (!isDead(entry.Id)) return false;
            keyspace.Packs.SetState(pack.Number, PackState.Removing);
            return true;
        });
        if (isAll) Finish(pack);
        return isAll;
    }

    /// <summary>Steps 2 to 4 of a pack that a transaction has set to <em>removing</em>.</summary>
    public void Finish(PackRow pack)
    {
        var name = new PackName(keyspace.Keyspace, pack.Hash);
        var entries = TryEntries(name);
        // Nobody is known to have sent it: the tombstone is about the name, not about who wrote it.
        var tombstone = new PackReceipt(pack.Hash, default, vault.Now, pack.Length, PackState.Removing);
        vault.Records.Write(keyspace.Keyspace, RecordKind.Receipt, tombstone.Write);
        vault.Store.Delete(StoreName.Parse(name.StoreName));
        keyspace.Transaction(() =>
        {
            if (entries is not null) keyspace.Packs.DropFrames(pack.Number, entries);
            else keyspace.Packs.DropFramesBySearch(pack.Number);
            keyspace.Packs.SetState(pack.Number, PackState.Removed);
            foreach (var entry in entries ?? []) keyspace.Condemned.Forget(entry.Id);
        });
    }

    // Gone already where the last collection died between 3 and 4.
    private IReadOnlyList<PackEntry>? TryEntries(PackName name)
    {
        try
        {
            return Tables.Read(vault.Store, name).Entries;
        }
        catch (Exception e) when (e is MissingObjectException or CorruptionException)
        {
            return null;
        }
    }
}
