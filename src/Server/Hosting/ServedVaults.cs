using Coffer.Domain;
using Coffer.Vault.Serving;

namespace Coffer.Server.Hosting;

/// <summary>The vaults of this service, by id.</summary>
internal sealed class ServedVaults(IReadOnlyList<ServedVault> vaults) : IAsyncDisposable
{
    public IReadOnlyList<ServedVault> All => vaults;

    /// <exception cref="FaultException"><c>vault.unknown</c>.</exception>
    public ServedVault Find(string? id) => vaults.FirstOrDefault(vault => vault.Id.ToString() == id)
        ?? throw FaultException.Refused("vault.unknown", "This service keeps no such vault.",
            "It may have been deleted or moved; ask its administrator for a new credentials file.");

    public async ValueTask DisposeAsync()
    {
        foreach (var vault in vaults) await vault.DisposeAsync();
    }
}
