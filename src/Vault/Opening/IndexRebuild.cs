using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Storage;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Records;

namespace Coffer.Vault.Opening;

/// <summary>
/// Indexes packs that the index does not have, from their own tables and receipts, without any key. A pack without
/// receipt counts as received now, by nobody. A pack whose table cannot be read is passed over.
/// </summary>
internal static class IndexRebuild
{
    /// <returns>Packs that were added.</returns>
    public static int Run(KeyspaceFile keyspace, IObjectStore store, DateTimeOffset now, PassedOver passed)
    {
        var unknown = Unknown(keyspace, store);
        if (unknown.Count == 0) return 0;
        var receipts = new Dictionary<ObjectId, (long Counter, PackReceipt Receipt)>();
        foreach (var (counter, receipt) in RecordLog.Read(
            store, keyspace.Keyspace, RecordKind.Receipt, PackReceipt.Read, passed))
            receipts[receipt.Pack] = (counter, receipt); // ascending: the highest counter counts
        int added = 0;
        foreach (var (name, length) in unknown)
        {
            bool known = receipts.TryGetValue(name.Hash, out var found);
            if (known && found.Receipt.State != PackState.Present) continue;
            if (TryOpen(store, name, length, passed) is not { } pack) continue;
            keyspace.Packs.Add(new IndexedPack(
                name, pack.Head.Class, length, known ? found.Receipt.Writer : null,
                known ? found.Receipt.Received : now, found.Counter, PackState.Present, pack.Entries));
            added++;
        }
        return added;
    }

    private static List<(PackName Name, long Length)> Unknown(KeyspaceFile keyspace, IObjectStore store)
    {
        var unknown = new List<(PackName Name, long Length)>();
        foreach (var entry in store.List(StoreName.Parse($"packs/{keyspace.Keyspace}")))
        {
            string last = entry.Name.Value[(entry.Name.Value.LastIndexOf('/') + 1)..];
            if (!ObjectId.TryParse(last, out var hash) || keyspace.Packs.StateOf(hash) is not null) continue;
            unknown.Add((new PackName(keyspace.Keyspace, hash), entry.LengthBytes));
        }
        return unknown;
    }

    private static PackReader? TryOpen(IObjectStore store, PackName name, long length, PassedOver passed)
    {
        try
        {
            using var read = store.Open(StoreName.Parse(name.StoreName));
            var pack = PackReader.Open(length, read.ReadExactly, $"pack {name}");
            return pack.Head.Keyspace == name.Keyspace ? pack : null;
        }
        catch (CorruptionException)
        {
            return null;
        }
        catch (Exception e) when (PassedOver.Is(e))
        {
            passed.Add(e);
            return null;
        }
    }
}
