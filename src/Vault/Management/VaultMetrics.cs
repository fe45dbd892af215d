using Coffer.Contracts;
using Coffer.Domain.Protection;
using Coffer.Vault.Opening;
using Coffer.Vault.Protection;

namespace Coffer.Vault.Management;

/// <summary>A vault's figures for a monitoring system.</summary>
internal static class VaultMetrics
{
    public static string Write(OpenVault vault, VaultStatus status)
    {
        var text = new MetricsText();
        One(text, "coffer_vault_stored_bytes", "Bytes in packs, points and records.", status.StoredBytes);
        One(text, "coffer_vault_free_bytes", "Free on the vault's disk.", status.FreeBytes);
        One(text, "coffer_vault_disk_bytes", "Size of the vault's disk.", status.TotalBytes);
        One(text, "coffer_vault_packs", "Packs.", status.Packs);
        One(text, "coffer_vault_points", "Recovery points, deleted ones included.", status.Points);
        One(text, "coffer_vault_damaged_keyspaces", "Indexes that cannot be read; the figures lack their packs.",
            status.DamagedKeyspaces);
        One(text, "coffer_vault_time_in_doubt", "1 while the clock is not believed.", status.IsTimeInDoubt ? 1 : 0);
        One(text, "coffer_vault_audit_entries", "Entries of the audit log.", vault.Audit.Head.Number);
        One(text, "coffer_vault_servers", "Machines that ever registered.", vault.Catalog.Machines.All().Count);
        Items(text, vault);
        return text.ToString();
    }

    private static void Items(MetricsText text, OpenVault vault)
    {
        const string Points = "coffer_item_points", Age = "coffer_item_latest_point_age_seconds",
            Protected = "coffer_item_protected";
        var desk = new ProtectionDesk(vault);
        var items = vault.Catalog.Machines.All()
            .SelectMany(server => vault.Catalog.Machines.SourcesOf(server.Id), (server, source) => (
                Labels: new[] { ("server", server.Name), ("item", source.Label), ("id", $"{source.Id}") },
                Points: vault.Catalog.Points.SummaryOf(source.Id),
                State: desk.StateOf(source.Id)))
            .ToList();
        text.Gauge(Points, "Recovery points of a backup item that are not deleted.");
        foreach (var item in items)
            text.Add(Points, item.Points.Count - item.Points.Deleted, item.Labels);
        text.Gauge(Age, "Since the latest recovery point of a backup item.");
        foreach (var item in items)
            if (item.Points.Latest is { } latest) text.Add(Age, (vault.Now - latest).TotalSeconds, item.Labels);
        text.Gauge(Protected, "1 while a backup item is protected, 0 once it was stopped.");
        foreach (var item in items) text.Add(Protected, item.State == ProtectionState.Protected ? 1 : 0, item.Labels);
    }

    private static void One(MetricsText text, string name, string help, double value) =>
        text.Gauge(name, help).Add(name, value);
}
