using System.Globalization;
using Coffer.Domain;
using Coffer.Domain.Time;
using Coffer.Storage;
using Coffer.Storage.Folders;
using Coffer.Vault.Catalogs;
using Coffer.Vault.Timekeeping;
using Coffer.Vault.Recovering;

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
            return Open(folder, file, lease, options, settles: false);
        }
        catch
        {
            lease?.Dispose();
            throw;
        }
    }

    /// <param name="lease">The writer's lock; null beside a writer. The caller's until this returns.</param>
    /// <param name="settles">Also where the last writer closed it.</param>
    public static OpenVault Open(
        OwnedFolder folder, VaultFile file, FolderLease? lease, VaultOpenOptions options, bool settles)
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
            // Numbers are raised durably before they are used, so that no crash leaves this.
            if (lease is not null && !facts.IsClosedClean && RecordSurvey.IsAhead(store, catalog))
                throw VaultFaults.Behind(Catalog.FileName);
            long opening = lease is null ? 0 : Raise(store, catalog, facts, options);
            var vault = new OpenVault(folder, store, catalog, options, file) { Lease = lease, Opening = opening };
            if (lease is not null) TrustClock(vault, facts);
            if (lease is not null && (settles || !facts.IsClosedClean)) Settle(vault);
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

    /// <exception cref="FaultException"><c>vault.busy</c>.</exception>
    public static async Task<FolderLease> LeaseAsync(
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

    /// <summary>The openings that the store tells of.</summary>
    private static List<long> Raised(IObjectStore store)
    {
        var raised = new List<long>();
        foreach (var entry in store.List(StoreName.Parse(OpeningsFolder)))
            if (long.TryParse(entry.Name.Value.AsSpan(OpeningsFolder.Length + 1), out long number)) raised.Add(number);
        return raised;
    }

    /// <summary>The highest of them; 0 where there is none.</summary>
    public static long Stored(IObjectStore store) => Highest(Raised(store));

    /// <summary>Whether a catalog is older than the store.</summary>
    /// <param name="stored">The highest opening that the store tells of.</param>
    public static bool IsBehind(VaultFacts facts, long stored) =>
        facts.Opening < stored && facts.OpeningIntent != stored;

    private static long Raise(IObjectStore store, Catalog catalog, VaultFacts facts, VaultOpenOptions options)
    {
        var raised = Raised(store);
        long stored = Highest(raised);
        if (IsBehind(facts, stored)) throw VaultFaults.Behind(Catalog.FileName);
        long opening = Math.Max(stored, facts.Opening) + 1;
        // With the last number, which may so far be no more than an intent: overwritten alone, the catalog of a vault
        // that died in two openings in a row would look like a restored one.
        catalog.Vault.Intend(stored, opening);
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

    // A doubt that ends is noted later, when what was stamped meanwhile has been set right.
    public static void Observe(Catalog catalog, VaultFacts facts, VaultOpenOptions options)
    {
        var now = options.Observe();
        var state = options.ClockRule.Next(facts.Clock, catalog.Vault.LastObservation(), now);
        if (facts.Clock.IsInDoubt && !state.IsInDoubt) state = facts.Clock;
        catalog.Vault.Observe(now, state.Doubt);
        if (state != facts.Clock) catalog.Vault.SetClock(state);
    }

    public static void TrustClock(OpenVault vault, VaultFacts before)
    {
        bool isOver = before.Clock.LastStep is { } step && vault.Now - step >= ClockRule.Settling;
        if (!isOver || vault.Catalog.Vault.Read()?.Clock != before.Clock) return;
        EndOfDoubt.Run(vault, vault.Options.Observe());
    }

    private static long Highest(List<long> numbers)
    {
        long highest = 0;
        foreach (long number in numbers) highest = Math.Max(highest, number);
        return highest;
    }

    private static StoreName NameOf(long opening) => StoreName.Parse(
        string.Create(CultureInfo.InvariantCulture, $"{OpeningsFolder}/{opening:d12}"));
}
