using Coffer.Storage;

namespace Coffer.Unit.Vault.Stores;

/// <summary>A store on a disk that cannot read some of its objects any more.</summary>
/// <param name="isBad">Which those are.</param>
internal class BadBlockStore(IObjectStore inner, Func<StoreName, bool> isBad) : IObjectStore
{
    public IStoreWrite Create() => inner.Create();

    public int Read(StoreName name, long offset, Span<byte> target) => inner.Read(Sound(name), offset, target);

    public IStoreRead Open(StoreName name) => inner.Open(Sound(name));

    public bool Exists(StoreName name) => inner.Exists(name);

    public long? Length(StoreName name) => inner.Length(name);

    public IEnumerable<StoreEntry> List(StoreName? folder = null) => inner.List(folder);

    public virtual bool Delete(StoreName name) => inner.Delete(name);

    public StoreSpace Space() => inner.Space();

    public int RemoveLeftovers() => inner.RemoveLeftovers();

    public void Dispose() => inner.Dispose();

    private StoreName Sound(StoreName name) =>
        isBad(name) ? throw StoreFaults.Of(StoreError.Failing, $"read {name}")! : name;
}
