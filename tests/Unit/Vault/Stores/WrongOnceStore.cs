using Coffer.Storage;

namespace Coffer.Unit.Vault.Stores;

/// <summary>Gives one wrong bit, once: in the read of that number of those below a folder, the first is 1.</summary>
internal sealed class WrongOnceStore(IObjectStore inner, string folder, int number) : IObjectStore
{
    private int _reads;

    public bool WasWrong => _reads >= number;

    public IStoreWrite Create() => inner.Create();

    public int Read(StoreName name, long offset, Span<byte> target)
    {
        int read = inner.Read(name, offset, target);
        Distort(name, target[..read]);
        return read;
    }

    public IStoreRead Open(StoreName name) => new WrongRead(this, name, inner.Open(name));

    public bool Exists(StoreName name) => inner.Exists(name);

    public long? Length(StoreName name) => inner.Length(name);

    public IEnumerable<StoreEntry> List(StoreName? below = null) => inner.List(below);

    public bool Delete(StoreName name) => inner.Delete(name);

    public StoreSpace Space() => inner.Space();

    public int RemoveLeftovers() => inner.RemoveLeftovers();

    public void Dispose() => inner.Dispose();

    private void Distort(StoreName name, Span<byte> bytes)
    {
        bool isWrong = name.Value.StartsWith(folder, StringComparison.Ordinal) && ++_reads == number;
        if (isWrong && bytes.Length > 0) bytes[bytes.Length / 2] ^= 1;
    }

    private sealed class WrongRead(WrongOnceStore store, StoreName name, IStoreRead read) : IStoreRead
    {
        public long Length => read.Length;

        public void ReadExactly(long offset, Span<byte> target)
        {
            read.ReadExactly(offset, target);
            store.Distort(name, target);
        }

        public void Dispose() => read.Dispose();
    }
}
