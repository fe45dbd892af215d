using Coffer.Storage;

namespace Coffer.Unit.Vault.Stores;

/// <summary>A store that cannot delete points.</summary>
internal sealed class KeepingStore(IObjectStore inner) : BadBlockStore(inner, _ => false)
{
    public override bool Delete(StoreName name) => name.Value.StartsWith("points/", StringComparison.Ordinal)
        ? throw StoreFaults.Of(StoreError.Failing, $"delete {name}")!
        : base.Delete(name);
}
