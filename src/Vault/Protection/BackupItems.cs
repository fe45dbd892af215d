using Coffer.Contracts.Management;
using Coffer.Contracts.Registration;
using Coffer.Domain.Protection;
using Coffer.Vault.Catalogs;
using Coffer.Vault.Documents;
using Coffer.Vault.Opening;

namespace Coffer.Vault.Protection;

/// <summary>Data sources as the vault sees them.</summary>
internal static class BackupItems
{
    public static List<BackupItem> Of(OpenVault vault, ServerDescription server) =>
        vault.Catalog.Machines.SourcesOf(server.Id).ConvertAll(source => Describe(vault, server, source));

    public static BackupItem Describe(OpenVault vault, ServerDescription server, SourceRow source)
    {
        var points = vault.Catalog.Points.SummaryOf(source.Id);
        var protection = vault.Documents.Find(DocumentKinds.Protection, $"{source.Id}");
        return new BackupItem(
            source.Id, server.Id, server.Name, source.Type, source.Label,
            protection?.State ?? ProtectionState.Protected, protection?.Since, points.Count, points.Deleted,
            points.Held, points.Oldest, points.Latest, points.LastPurge);
    }
}
