using Coffer.Storage;

namespace Coffer.Unit.Vault.Stores;

/// <summary>A store in the midst of whose calls something else happens, once.</summary>
internal sealed class InterruptedStore(IObjectStore inner) : IObjectStore
{
    /// <summary>Just before a commit under such a name.</summary>
    public (string Prefix, Action Act)? BeforeCommit { get; set; }

    /// <summary>Just before an object of such a name is read or measured.</summary>
    public (string Prefix, Action Act)? BeforeRead { get; set; }

    public IStoreWrite Create() => new Write(this, inner.Create());

    public int Read(StoreName name, long offset, Span<byte> target)
    {
        Interrupt(name);
        return inner.Read(name, offset, target);
    }

    public IStoreRead Open(StoreName name)
    {
        Interrupt(name);
        return inner.Open(name);
    }

    public bool Exists(StoreName name) => inner.Exists(name);

    public long? Length(StoreName name)
    {
        Interrupt(name);
        return inner.Length(name);
    }

    public IEnumerable<StoreEntry> List(StoreName? folder = null) => inner.List(folder);

    public bool Delete(StoreName name) => inner.Delete(name);

    public StoreSpace Space() => inner.Space();

    public int RemoveLeftovers() => inner.RemoveLeftovers();

    public void Dispose() => inner.Dispose();

    private void Interrupt(StoreName name)
    {
        if (BeforeRead is not { } read || !name.Value.StartsWith(read.Prefix, StringComparison.Ordinal)) return;
        BeforeRead = null;
        read.Act();
    }

    private sealed class Write(InterruptedStore store, IStoreWrite write) : IStoreWrite
    {
        public long Length => write.Length;

        public void Append(ReadOnlySpan<byte> bytes) => write.Append(bytes);

        public CommitResult Commit(StoreName name)
        {
            if (store.BeforeCommit is { } commit && name.Value.StartsWith(commit.Prefix, StringComparison.Ordinal))
            {
                store.BeforeCommit = null;
                commit.Act();
            }

            return write.Commit(name);
        }

        public void Dispose() => write.Dispose();
    }
}
