using Coffer.Domain;

namespace Coffer.Storage;

/// <summary>A store in memory, for tests and trials; full once its objects reach the capacity.</summary>
public sealed class MemoryStore(long capacityBytes = long.MaxValue) : IObjectStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<StoreName, byte[]> _objects = [];
    private long _usedBytes;

    public IStoreWrite Create() => new MemoryWrite(this);

    public int Read(StoreName name, long offset, Span<byte> target)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return Copy(Get(name), offset, target);
    }

    public IStoreRead Open(StoreName name) => new MemoryRead(name, Get(name));

    public bool Exists(StoreName name) => Find(name) is not null;

    public long? Length(StoreName name) => Find(name)?.Length;

    public IEnumerable<StoreEntry> List(StoreName? folder = null)
    {
        lock (_lock)
        {
            return [.. _objects.Where(o => folder is not { } f || o.Key.IsBelow(f))
                .Select(o => new StoreEntry(o.Key, o.Value.Length))];
        }
    }

    public bool Delete(StoreName name)
    {
        lock (_lock)
        {
            if (!_objects.Remove(name, out byte[]? bytes)) return false;
            _usedBytes -= bytes.Length;
            return true;
        }
    }

    public StoreSpace Space()
    {
        lock (_lock) return new StoreSpace(capacityBytes, capacityBytes - _usedBytes);
    }

    public int RemoveLeftovers() => 0;

    public void Dispose()
    {
        // Nothing to give back: a store that is opened again in the same test keeps its objects.
    }

    private CommitResult Put(StoreName name, byte[] bytes)
    {
        lock (_lock)
        {
            if (_usedBytes + bytes.Length > capacityBytes) throw StoreFaults.Full($"commit {name}");
            if (!_objects.TryAdd(name, bytes)) return CommitResult.AlreadyThere;
            _usedBytes += bytes.Length;
            return CommitResult.Committed;
        }
    }

    private byte[]? Find(StoreName name)
    {
        lock (_lock) return _objects.GetValueOrDefault(name);
    }

    private byte[] Get(StoreName name) => Find(name) ?? throw new MissingObjectException(name);

    private static int Copy(byte[] bytes, long offset, Span<byte> target)
    {
        int count = (int)Math.Clamp(bytes.Length - offset, 0, target.Length);
        if (count > 0) bytes.AsSpan((int)offset, count).CopyTo(target);
        return count;
    }

    private sealed class MemoryWrite(MemoryStore store) : IStoreWrite
    {
        private MemoryStream? _bytes = new();

        public long Length { get; private set; }

        public void Append(ReadOnlySpan<byte> bytes)
        {
            ObjectDisposedException.ThrowIf(_bytes is null, this);
            _bytes.Write(bytes);
            Length += bytes.Length;
        }

        public CommitResult Commit(StoreName name)
        {
            ObjectDisposedException.ThrowIf(_bytes is null, this);
            byte[] bytes = _bytes.ToArray();
            _bytes = null;
            return store.Put(name, bytes);
        }

        public void Dispose() => _bytes = null;
    }

    private sealed class MemoryRead(StoreName name, byte[] bytes) : IStoreRead
    {
        private bool _closed;

        public long Length => bytes.Length;

        public void ReadExactly(long offset, Span<byte> target)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset);
            ObjectDisposedException.ThrowIf(_closed, this);
            int read = Copy(bytes, offset, target);
            if (read < target.Length)
                throw new CorruptionException($"{name} at {offset}", $"{target.Length} bytes", $"{read}");
        }

        public void Dispose() => _closed = true;
    }
}
