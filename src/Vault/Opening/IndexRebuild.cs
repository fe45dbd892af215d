using Coffer.Domain;
using Coffer.Format.Packs;
using Coffer.Storage;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Records;
using Coffer.Vault.Scrubbing;

namespace Coffer.Vault.Opening;

/// <summary>
/// Indexes packs that the index does not have, from their own tables and receipts, without any key. A pack without
/// receipt counts as received now, by nobody. A pack whose table cannot be read is passed over, or salvaged
/// (<see cref="PackSalvage"/>). Of packs that were set aside, what no other pack has is indexed, for readers to try.
/// </summary>
internal sealed class IndexRebuild(KeyspaceFile keyspace, IObjectStore store, DateTimeOffset now, PassedOver passed)
{
    private readonly Dictionary<ObjectId, (long Counter, PackReceipt Receipt)> _receipts = [];

    /// <summary>Takes also what can be made out of damaged packs, and puts them here.</summary>
    public List<ObjectId>? Salvaged { get; init; }

    /// <summary>Called for each pack, with how many there are.</summary>
    public Action<long>? Tell { get; init; }

    /// <returns>Packs that were added.</returns>
    public static int Run(KeyspaceFile keyspace, IObjectStore store, DateTimeOffset now, PassedOver passed) =>
        new IndexRebuild(keyspace, store, now, passed).Run();

    public int Run()
    {
        var unknown = Unknown();
        if (unknown.Count == 0) return 0;
        foreach (var (counter, receipt) in RecordLog.Read(
            store, keyspace.Keyspace, RecordKind.Receipt, PackReceipt.Read, passed))
            _receipts[receipt.Pack] = (counter, receipt); // ascending: the highest counter counts
        int added = 0;
        var setAside = new List<(PackName Name, long Length)>();
        foreach (var (name, length) in unknown)
        {
            Tell?.Invoke(unknown.Count);
            var state = _receipts.TryGetValue(name.Hash, out var found) ? found.Receipt.State : PackState.Present;
            if (state == PackState.Quarantined) setAside.Add((name, length));
            else if (state == PackState.Present && TryAdd(name, length, state)) added++;
        }
        // After all that is present: only what that lacks is of use.
        foreach (var (name, length) in setAside) TryAdd(name, length, PackState.Quarantined);
        return added;
    }

    private bool TryAdd(PackName name, long length, PackState state)
    {
        if (TryOpen(name, length) is not { } pack) return false;
        var entries = pack.Entries;
        var (counter, receipt) = _receipts.GetValueOrDefault(name.Hash);
        var origins = receipt?.Origins ?? [];
        if (state == PackState.Quarantined)
        {
            entries = [.. entries.Where(entry => !keyspace.Packs.IsPresent(entry.Id))];
            origins = [];
        }
        keyspace.Packs.Add(new IndexedPack(
            name, pack.Class, length, receipt?.Writer, receipt?.Received ?? now, counter, state, entries)
        {
            Origins = origins,
        });
        return true;
    }

    private List<(PackName Name, long Length)> Unknown()
    {
        var unknown = new List<(PackName Name, long Length)>();
        var seen = new HashSet<ObjectId>();
        // Of a mending that was cut short the bytes may lie in its own folder alone.
        foreach (var entry in store.List(StoreName.Parse($"packs/{keyspace.Keyspace}"))
            .Concat(store.List(StoreName.Parse(PackRepair.FolderOf(keyspace.Keyspace)))))
        {
            string last = entry.Name.Value[(entry.Name.Value.LastIndexOf('/') + 1)..];
            if (!ObjectId.TryParse(last, out var hash) || keyspace.Packs.StateOf(hash) is not null) continue;
            if (seen.Add(hash)) unknown.Add((new PackName(keyspace.Keyspace, hash), entry.LengthBytes));
        }
        return unknown;
    }

    private (PackClass Class, IReadOnlyList<PackEntry> Entries)? TryOpen(PackName name, long length)
    {
        try
        {
            using var read = PackRepair.OpenEither(store, name);
            var pack = PackReader.Open(length, read.ReadExactly, $"pack {name}");
            return pack.Head.Keyspace == name.Keyspace ? (pack.Head.Class, pack.Entries) : Salvage(name);
        }
        catch (CorruptionException)
        {
            return Salvage(name);
        }
        catch (Exception e) when (PassedOver.Is(e))
        {
            passed.Add(e);
            return Salvage(name);
        }
    }

    private (PackClass Class, IReadOnlyList<PackEntry> Entries)? Salvage(PackName name)
    {
        if (Salvaged is null) return null;
        Salvaged.Add(name.Hash);
        return PackSalvage.TryRead(store, name);
    }
}
