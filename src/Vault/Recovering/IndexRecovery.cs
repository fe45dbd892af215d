using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Storage;
using Coffer.Storage.Folders;
using Coffer.Vault.Catalogs;
using Coffer.Vault.Collecting;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Opening;
using Coffer.Vault.Points;
using Coffer.Vault.Records;

namespace Coffer.Vault.Recovering;

/// <summary>
/// Makes the index of a keyspace anew where it is missing, damaged or older than the store, beside the old one. With
/// all its roots: an index without them would let a collection take everything.
/// </summary>
internal sealed class IndexRecovery(OwnedFolder folder, IObjectStore store, KeptAside aside)
{
    private readonly Dictionary<ObjectId, PointRecord> _records = [];
    private readonly HashSet<ObjectId> _purged = [];

    /// <summary>Packs whose tables could not be read; of them the index says what could be made out.</summary>
    public List<ObjectId> Salvaged { get; } = [];

    /// <returns>Why it was made anew; empty where it was sound.</returns>
    public string Run(KeyspaceRow row, DateTimeOffset now, long epoch, Action<long> tell)
    {
        string why = WhatIsWrong(row);
        if (why.Length == 0) return why;
        // Packs get other numbers, so a mark that was kept would not know which of them came after it.
        KeyspaceMark.Forget(folder, row.Id);
        string name = KeyspaceFile.FileName(row.Id);
        string path = aside.BeginNew(name);
        using (var file = KeyspaceFile.Create(path, row.Id))
        {
            file.SetOpening(row.Opening);
            file.SetLossEpoch(epoch);
            new IndexRebuild(file, store, now, new PassedOver()) { Salvaged = Salvaged, Tell = tell }.Run();
            AddRoots(file, now);
            file.EmptyLog();
        }
        folder.Sync(VaultFolder.Keyspaces);
        aside.Replace(name);
        return why;
    }

    private string WhatIsWrong(KeyspaceRow row)
    {
        string name = KeyspaceFile.FileName(row.Id);
        if (!folder.Has(name)) return "it was missing";
        try
        {
            using var file = KeyspaceFile.Open(VaultFolder.PathOfDatabase(folder, name), row.Id);
            if (!file.IsWhole()) return "it was damaged";
            return file.Opening() < row.Opening || IsOlder(file) ? "it was older than the vault's store" : "";
        }
        catch (Exception e) when (e is CorruptionException or FaultException { Fault.Code: "vault.damaged" })
        {
            return "it was damaged";
        }
    }

    // A pack turns removing in the index before its tombstone says so.
    private bool IsOlder(KeyspaceFile file)
    {
        var states = new Dictionary<ObjectId, PackState>();
        foreach (var (_, receipt) in RecordLog.Read(store, file.Keyspace, RecordKind.Receipt, PackReceipt.Read))
            states[receipt.Pack] = receipt.State;
        return file.Packs.In(PackState.Present).Exists(pack =>
            states.GetValueOrDefault(pack.Hash) is PackState.Removing or PackState.Removed);
    }

    private void AddRoots(KeyspaceFile file, DateTimeOffset now)
    {
        ReadRecords(file.Keyspace);
        string points = $"points/{file.Keyspace}";
        foreach (var entry in store.List(StoreName.Parse(points)))
        {
            bool isPoint = ObjectId.TryParse(entry.Name.Value[(points.Length + 1)..], out var id);
            if (!isPoint || _purged.Contains(id)) continue;
            byte[]? references = PointObjects.ReferencesOf(store, file.Keyspace, id, out _, out var kind);
            var owner = _records.GetValueOrDefault(id)?.Source.Value ?? default;
            // What a damaged one referred to is not known: named as its own reference, which no pack has, it stops all
            // deletion in the keyspace until somebody gives it up.
            references ??= Itself(id);
            file.Roots.Add(
                new Root(id, kind == NodeKind.Checkpoint ? RootKind.Checkpoint : RootKind.Point, owner),
                references, now);
        }
    }

    private void ReadRecords(KeyspaceId keyspace)
    {
        foreach (string kind in (string[])[RecordKind.Point, RecordKind.Checkpoint])
            foreach (var (_, record) in RecordLog.Read(store, keyspace, kind, PointRecord.Read))
                _records[record.Id] = record;
        foreach (var (_, state) in RecordLog.Read(store, keyspace, RecordKind.PointState, PointStateRecord.Read))
            if (state.IsPurged) _purged.Add(state.Point);
    }

    private static byte[] Itself(ObjectId id)
    {
        var bytes = new byte[ObjectId.Size];
        id.CopyTo(bytes);
        return bytes;
    }
}
