using Coffer.Storage;

namespace Coffer.Unit.Vault.Stores;

internal sealed class CrashException() : IOException("the process died here");

/// <summary>
/// A store whose process dies at one of its durable steps (commits and deletes, counted from 1), before or after the
/// step happened. From then on every call fails: a dead process does nothing more.
/// </summary>
internal sealed class CrashingStore(IObjectStore inner, int step, bool after) : IObjectStore
{
    private int _steps;
    private bool _isDead;

    public bool HasCrashed => _isDead;

    public IStoreWrite Create() => new Write(this, Alive(inner.Create));

    public int Read(StoreName name, long offset, Span<byte> target)
    {
        if (_isDead) throw new CrashException();
        return inner.Read(name, offset, target);
    }

    public IStoreRead Open(StoreName name) => Alive(() => inner.Open(name));

    public bool Exists(StoreName name) => Alive(() => inner.Exists(name));

    public long? Length(StoreName name) => Alive(() => inner.Length(name));

    public IEnumerable<StoreEntry> List(StoreName? folder = null) => Alive(() => inner.List(folder));

    public bool Delete(StoreName name) => Step(() => inner.Delete(name));

    public StoreSpace Space() => Alive(inner.Space);

    public int RemoveLeftovers() => Alive(inner.RemoveLeftovers);

    public void Dispose() => inner.Dispose();

    private T Alive<T>(Func<T> act) => _isDead ? throw new CrashException() : act();

    private T Step<T>(Func<T> act)
    {
        if (_isDead) throw new CrashException();
        bool isTheOne = ++_steps == step;
        if (isTheOne && !after)
        {
            _isDead = true;
            throw new CrashException();
        }
        var result = act();
        if (!isTheOne) return result;
        _isDead = true;
        throw new CrashException();
    }

    private sealed class Write(CrashingStore store, IStoreWrite write) : IStoreWrite
    {
        public long Length => write.Length;

        public void Append(ReadOnlySpan<byte> bytes)
        {
            if (store._isDead) throw new CrashException();
            write.Append(bytes);
        }

        public CommitResult Commit(StoreName name) => store.Step(() => write.Commit(name));

        public void Dispose() => write.Dispose();
    }
}
