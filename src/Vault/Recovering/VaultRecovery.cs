using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Format.Points;
using Coffer.Storage;
using Coffer.Storage.Folders;
using Coffer.Vault.Catalogs;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Opening;
using Coffer.Vault.Points;
using Coffer.Vault.Records;
using Coffer.Vault.Scrubbing;

namespace Coffer.Vault.Recovering;

/// <summary>
/// Makes a vault whole again from its store, without any key; what is sound is left alone. In this order, each step of
/// which is whole or not at all, and is passed over where it is done:
/// 1. <c>vault.json</c>;
/// 2. the catalog, from records and points: nothing that has a tombstone comes back;
/// 3. the index of each keyspace, from packs and receipts, with its roots;
/// 4. an opening that settles what was left half done;
/// 5. roots that an index forgot;
/// 6. packs whose files are not what the index says, judged and mended.
/// </summary>
internal sealed class VaultRecovery(
    OwnedFolder folder, VaultOpenOptions options, VaultId? known, IProgress<RecoverProgress>? progress,
    CancellationToken cancellationToken)
{
    private readonly KeptAside _aside = new(folder, options.Time.GetUtcNow());
    private readonly List<(KeyspaceId Keyspace, string Why)> _indexes = [];
    private readonly HashSet<ObjectId> _suspects = [];
    private RecordSurvey _records = new();
    private string _catalog = "";
    private bool _isFileNew;

    public static async Task<RecoverReport> RunAsync(
        string path, VaultOpenOptions options, VaultId? known, IProgress<RecoverProgress>? progress,
        CancellationToken cancellationToken)
    {
        if (OwnedFolder.Look(path) == FolderLook.Missing) throw VaultFaults.Missing(path);
        var folder = OwnedFolder.Open(path, forWriting: true);
        folder.RequireReadable();
        if (OwnedFolder.Look(folder.Path) == FolderLook.Empty) throw VaultFaults.Unmounted(path);
        if (!VaultFolder.HasBackups(folder)) throw VaultFaults.NotAVault(path);
        if (!folder.IsWritable()) throw VaultFaults.ReadOnlyFolder(folder.Path);
        var lease = await VaultOpening.LeaseAsync(folder, options, cancellationToken);
        try
        {
            return new VaultRecovery(folder, options, known, progress, cancellationToken).Run(ref lease);
        }
        finally
        {
            lease?.Dispose();
        }
    }

    private RecoverReport Run(ref FolderLease? lease)
    {
        var file = RecoverFile();
        folder.MakeFolder(VaultFolder.Keyspaces);
        using (var store = OpenStore()) RecoverTables(store, file);
        Tell("settling what was left half done", 0, 0);
        using var vault = VaultOpening.Open(folder, file, lease, options, settles: true);
        lease = null; // the vault's now
        foreach (var keyspace in vault.Catalog.Keyspaces.All())
        {
            AddRoots(vault, vault.Keyspace(keyspace));
            FindSuspects(vault, vault.Keyspace(keyspace));
        }
        Tell("judging damaged packs", 0, 0);
        var scrub = _suspects.Count == 0 ? null : VaultScrub.Run(vault, _suspects, null, () => !IsCancelled);
        cancellationToken.ThrowIfCancellationRequested();
        if (scrub?.Problem is { } problem) throw new FaultException(problem);
        return new RecoverReport
        {
            Catalog = _catalog,
            IsFileNew = _isFileNew,
            Indexes = _indexes,
            KeptAside = _aside.Names,
            Points = vault.Catalog.Points.Totals().Count,
            Packs = vault.Catalog.Keyspaces.All().Sum(keyspace => vault.Keyspace(keyspace).Packs.Totals().Count),
            // A sound catalog would tell: a record may also be of a commit that never came to its end.
            WithoutFile = _catalog.Length > 0 ? WithoutFile(vault) : [],
            DamagedRecords = _records.Damaged,
            Findings = scrub?.Findings ?? [],
        };
    }

    private bool IsCancelled => cancellationToken.IsCancellationRequested;

    private VaultFile RecoverFile()
    {
        VaultFile? found = null;
        try
        {
            found = VaultFile.Read(folder);
        }
        catch (Exception e) when (e is CorruptionException or FaultException { Fault.Code: "vault.damaged" })
        {
            // Made anew from what else tells it.
        }
        if (found is not null) return found;
        using var copies = new DatabaseCopies(folder);
        var file = copies.Identity() ?? new VaultFile(known ?? VaultId.New(), "recovered");
        _aside.Take(VaultFile.FileName);
        file.Write(folder);
        _isFileNew = true;
        return file;
    }

    private IObjectStore OpenStore()
    {
        IObjectStore store = folder.OpenStore(VaultFolder.Store, options.Time);
        return options.WrapStore?.Invoke(store) ?? store;
    }

    private void RecoverTables(IObjectStore store, VaultFile file)
    {
        Tell("reading records", 0, 0);
        _records = RecordSurvey.Read(store);
        _catalog = new CatalogRecovery(folder, store, file, _aside).Run(_records, options.Time.GetUtcNow());
        using var catalog = Catalog.Open(VaultFolder.PathOfDatabase(folder, Catalog.FileName));
        long epoch = (catalog.Vault.Read()?.Opening ?? 0) + 2;
        foreach (var keyspace in catalog.Keyspaces.All())
        {
            var index = new IndexRecovery(folder, store, _aside);
            long packs = 0;
            string why = index.Run(catalog.Keyspaces.Find(keyspace)!, options.Time.GetUtcNow(), epoch, total =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                Tell("reading the tables of packs", ++packs, total);
            });
            if (why.Length > 0) _indexes.Add((keyspace, why));
            _suspects.UnionWith(index.Salvaged);
        }
    }

    // Whatever the index forgot, or could not read when it was made: a point that the catalog knows is a root, with all
    // that is left of it.
    private static void AddRoots(OpenVault vault, KeyspaceFile keyspace)
    {
        foreach (var point in vault.Catalog.Points.List(new PointFilter(Keyspace: keyspace.Keyspace)))
        {
            byte[]? known = keyspace.Roots.ReferencesOf(point.Id);
            if (PointObjects.ReferencesOf(vault.Store, keyspace.Keyspace, point.Id, out _) is not { } references
                || references.AsSpan().SequenceEqual(known)) continue;
            keyspace.Transaction(() =>
            {
                keyspace.Walk.Run(references, vault.Sharing.ReadersOf(point.Keyspace, point.Machine));
                keyspace.Roots.Add(new Root(point.Id, RootKind.Point, point.Source.Value), references, vault.Now);
            });
        }
    }

    // Without reading them: what is not there, or not as long as it should be.
    private void FindSuspects(OpenVault vault, KeyspaceFile keyspace)
    {
        Tell("comparing packs with the index", 0, 0);
        var lengths = new Dictionary<ObjectId, long>();
        foreach (var entry in vault.Store.List(StoreName.Parse($"packs/{keyspace.Keyspace}")))
        {
            string last = entry.Name.Value[(entry.Name.Value.LastIndexOf('/') + 1)..];
            if (ObjectId.TryParse(last, out var hash)) lengths[hash] = entry.LengthBytes;
        }
        foreach (var pack in keyspace.Packs.In(PackState.Present))
            if (!lengths.TryGetValue(pack.Hash, out long length) || length != pack.Length) _suspects.Add(pack.Hash);
    }

    private static List<ObjectId> WithoutFile(OpenVault vault)
    {
        var lost = new List<ObjectId>();
        foreach (var keyspace in vault.Catalog.Keyspaces.All())
        {
            var purged = RecordLog.Read(vault.Store, keyspace, RecordKind.PointState, PointStateRecord.Read)
                .Where(state => state.Record.IsPurged).Select(state => state.Record.Point).ToHashSet();
            foreach (var (_, record) in RecordLog.Read(vault.Store, keyspace, RecordKind.Point, PointRecord.Read))
            {
                bool isThere = purged.Contains(record.Id)
                    || vault.Store.Exists(StoreName.Parse(PointObject.StoreName(keyspace, record.Id)))
                    || vault.Store.Exists(StoreName.Parse($"rejected/{keyspace}/{record.Id}"));
                if (!isThere) lost.Add(record.Id);
            }
        }
        return lost;
    }

    private void Tell(string doing, long packs, long total) =>
        progress?.Report(new RecoverProgress(doing, packs, total));
}
