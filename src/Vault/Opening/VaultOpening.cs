using System.Globalization;
using Coffer.Domain;
using Coffer.Domain.Time;
using Coffer.Storage;
using Coffer.Storage.Folders;
using Coffer.Vault.Catalogs;

namespace Coffer.Vault.Opening;

/// <summary>
/// Opens a vault's folder. For writing, in this order:
/// 1. the writer's lock;
/// 2. in the catalog: that the opening is about to be raised, and that a writer is at it;
/// 3. the raised number in the store, whose highest counts;
/// 4. the number in the catalog; in each keyspace file as it is opened.
/// A catalog below the store's number was restored from a copy, unless it says that it was about to raise it to that.
/// </summary>
internal static class VaultOpening
{
    private const string OpeningsFolder = "openings";

    public static async Task<OpenVault> OpenAsync(
        string path, VaultOpenOptions options, CancellationToken cancellationToken)
    {
        bool isWriter = options.Access == VaultAccess.Exclusive;
        if (OwnedFolder.Look(path) == FolderLook.Missing) throw VaultFaults.Missing(path);
        // Before anything is looked for in it: what another user's folder holds cannot be seen, its owner can.
        var folder = OwnedFolder.Open(path, forWriting: true);
        if (VaultFolder.Look(path) != VaultFolderKind.Vault) throw VaultFolder.NotAVault(folder);
        VaultFolder.RequireStore(folder);
        if (!folder.IsWritable()) throw VaultFaults.ReadOnlyFolder(folder.Path);
        var file = VaultFile.Read(folder) ?? throw VaultFaults.NotAVault(path);
        var lease = isWriter ? await LeaseAsync(folder, options, cancellationToken) : null;
        try
        {
            return Open(folder, file, lease, options);
        }
        catch
        {
            lease?.Dispose();
            throw;
        }
    }

    private static OpenVault Open(OwnedFolder folder, VaultFile file, FolderLease? lease, VaultOpenOptions options)
    {
        if (!folder.Has(Catalog.FileName))
            throw VaultFaults.Damaged(folder.PathOf(Catalog.FileName), "it is missing");
        IObjectStore store = folder.OpenStore(VaultFolder.Store, options.Time);
        store = options.WrapStore?.Invoke(store) ?? store;
        Catalog? catalog = null;
        try
        {
            catalog = Catalog.Open(VaultFolder.PathOfDatabase(folder, Catalog.FileName));
            var facts = catalog.Vault.Read();
            if (facts?.Id != file.Id)
                throw VaultFaults.Damaged(folder.PathOf(Catalog.FileName), "it is not this vault's");
            long opening = lease is null ? 0 : Raise(store, catalog, facts, options);
            var vault = new OpenVault(folder, store, catalog, options, file) { Lease = lease, Opening = opening };
            if (lease is not null && !facts.IsClosedClean) Settle(vault);
            return vault;
        }
        catch
        {
            catalog?.Dispose();
            store.Dispose();
            throw;
        }
    }

    private static void Settle(OpenVault vault)
    {
        try
        {
            Settlement.Run(vault);
        }
        catch
        {
            vault.LeftHalfDone();
            vault.Dispose();
            throw;
        }
    }

    private static async Task<FolderLease> LeaseAsync(
        OwnedFolder folder, VaultOpenOptions options, CancellationToken cancellationToken)
    {
        long start = options.Time.GetTimestamp();
        string since = options.Time.GetUtcNow().UtcDateTime
            .ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        string holder =
            $"{options.Purpose} (process {Environment.ProcessId} on {Environment.MachineName}, since {since})";
        while (true)
        {
            if (folder.TryLease(VaultFolder.Lock, holder) is { } lease) return lease;
            if (options.Time.GetElapsedTime(start) >= options.WaitLimit)
                throw VaultFaults.Busy(folder.Path, folder.LeaseHolder(VaultFolder.Lock), options.WaitLimit);
            await Task.Delay(Limits.LeasePoll, options.Time, cancellationToken);
        }
    }

    private static long Raise(IObjectStore store, Catalog catalog, VaultFacts facts, VaultOpenOptions options)
    {
        var raised = new List<long>();
        foreach (var entry in store.List(StoreName.Parse(OpeningsFolder)))
            if (long.TryParse(entry.Name.Value.AsSpan(OpeningsFolder.Length + 1), out long number)) raised.Add(number);
        long stored = 0;
        foreach (long number in raised) stored = Math.Max(stored, number);
        if (facts.Opening < stored && facts.OpeningIntent != stored) throw VaultFaults.Behind(Catalog.FileName);
        long opening = Math.Max(stored, facts.Opening) + 1;
        catalog.Vault.Intend(opening);
        using (var write = store.Create())
        {
            write.Append("opening\n"u8);
            write.Commit(NameOf(opening));
        }
        catalog.Transaction(() =>
        {
            catalog.Vault.Opened(opening);
            Observe(catalog, facts, options);
        });
        foreach (long number in raised) store.Delete(NameOf(number));
        return opening;
    }

    private static void Observe(Catalog catalog, VaultFacts facts, VaultOpenOptions options)
    {
        var now = new ClockObservation(
            options.Clock.BootId, options.Clock.SinceBoot(), options.Time.GetUtcNow());
        var before = catalog.Vault.LastObservation();
        var state = options.ClockRule.Next(facts.Clock, before, now);
        catalog.Vault.Observe(now, state.Doubt);
        if (state != facts.Clock) catalog.Vault.SetClock(state);
    }

    private static StoreName NameOf(long opening) => StoreName.Parse(
        string.Create(CultureInfo.InvariantCulture, $"{OpeningsFolder}/{opening:d12}"));
}
