using Coffer.Domain;
using Coffer.Vault.Serving;

namespace Coffer.Server.Hosting;

/// <summary>The vaults of this service, the data folder's own first.</summary>
internal sealed class ServedVaults(IEnumerable<ServedVault> vaults) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private ServedVault[] _all = [.. vaults];

    public IReadOnlyList<ServedVault> All
    {
        get
        {
            lock (_lock) return _all;
        }
    }

    /// <exception cref="FaultException"><c>vault.unknown</c>.</exception>
    public ServedVault Find(string? id) => All.FirstOrDefault(vault => vault.Id.ToString() == id)
        ?? throw FaultException.Refused("vault.unknown", "This service keeps no such vault.",
            "It may have been deleted or moved; ask its administrator for a new credentials file.");

    public void Add(ServedVault vault)
    {
        lock (_lock) _all = [.. _all, vault];
    }

    /// <summary>It is answered for no more; the caller closes it.</summary>
    public void Remove(ServedVault vault)
    {
        lock (_lock) _all = [.. _all.Where(other => other != vault)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var vault in All) await vault.DisposeAsync();
    }
}
