using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Domain.Time;
using Coffer.Storage;
using Coffer.Storage.Folders;
using Coffer.Vault.Catalogs;
using Coffer.Vault.Opening;
using Coffer.Vault.Records;

namespace Coffer.Vault.Recovering;

/// <summary>
/// Makes the catalog anew from the store's records where it is missing, damaged or older than the store. The new one is
/// made beside the old, whole, and takes its place at the end; until it was opened once it counts as left half done, so
/// that all points are settled.
/// </summary>
internal sealed class CatalogRecovery(OwnedFolder folder, IObjectStore store, VaultFile file, KeptAside aside)
{
    /// <returns>Why it was made anew; empty where it was sound.</returns>
    public string Run(RecordSurvey records, DateTimeOffset now)
    {
        long stored = VaultOpening.Stored(store);
        string why = WhatIsWrong(stored);
        if (why.Length == 0) return why;
        string path = aside.BeginNew(Catalog.FileName);
        using (var catalog = Catalog.Create(path, file.Id, file.Name, now))
        {
            CatalogRebuild.Run(catalog, store, new PassedOver());
            catalog.Transaction(() =>
            {
                records.Write(catalog);
                catalog.Vault.Intend(stored, stored);
                catalog.Vault.Opened(stored);
                Remember(catalog);
            });
            catalog.EmptyLog();
        }
        folder.Sync("");
        aside.Replace(Catalog.FileName);
        return why;
    }

    private string WhatIsWrong(long stored)
    {
        if (!folder.Has(Catalog.FileName)) return "it was missing";
        try
        {
            using var catalog = Catalog.Open(VaultFolder.PathOfDatabase(folder, Catalog.FileName));
            if (!catalog.IsWhole()) return "it was damaged";
            var facts = catalog.Vault.Read();
            if (facts?.Id != file.Id) return "it was of another vault, or unfinished";
            // Of the same opening, but of an earlier moment: it would give numbers twice, and be refused for it.
            return VaultOpening.IsBehind(facts, stored) || RecordSurvey.IsAhead(store, catalog)
                ? "it was older than the vault's store"
                : "";
        }
        catch (Exception e) when (e is CorruptionException or FaultException { Fault.Code: "vault.damaged" })
        {
            return "it was damaged";
        }
    }

    // The last time that is known to have been: a clock that is wrong now is found out by it.
    private static void Remember(Catalog catalog)
    {
        var points = catalog.Points.List(new PointFilter());
        if (points.Count == 0) return;
        catalog.Vault.Observe(
            new ClockObservation("", TimeSpan.Zero, points.Max(point => point.ReceivedAt)), ClockDoubt.None);
    }
}
