using Coffer.Domain;

namespace Coffer.Storage;

/// <summary>What a <see cref="FaultyStore"/> does wrong. Shares are of all calls of that sort, 0 to 1.</summary>
public sealed record FaultPlan
{
    /// <summary>The same seed and the same calls give the same faults.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Reads that fail.</summary>
    public double ReadErrors { get; init; }

    /// <summary>What <see cref="ReadErrors"/> are.</summary>
    public StoreError ReadError { get; init; } = StoreError.Failing;

    /// <summary>Reads that end early, as of an object cut off.</summary>
    public double ShortReads { get; init; }

    /// <summary>Reads in which one bit is wrong.</summary>
    public double FlippedBits { get; init; }

    /// <summary>Commits that happen and then report a failure.</summary>
    public double LostAcknowledgements { get; init; }

    /// <summary>Appends fail from this one on (the first is 1); 0 never.</summary>
    public long ErrorFromAppend { get; init; }

    /// <summary>What <see cref="ErrorFromAppend"/> is.</summary>
    public StoreError AppendError { get; init; } = StoreError.Full;

    /// <summary>Calls to the store during which a committed name is not yet seen by readers and listings.</summary>
    public int HiddenForCalls { get; init; }
}

/// <summary>A store that lies as <see cref="FaultPlan"/> says, over one that does not.</summary>
public sealed class FaultyStore(IObjectStore inner, FaultPlan plan) : IObjectStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<StoreName, long> _seenFromCall = [];
    private ulong _state = plan.Seed;
    private long _calls, _appends;

    public IStoreWrite Create() => new FaultyWrite(this, inner.Create());

    public int Read(StoreName name, long offset, Span<byte> target)
    {
        if (Hidden(name)) throw new MissingObjectException(name);
        return Distort(name, target, inner.Read(name, offset, target));
    }

    public IStoreRead Open(StoreName name) =>
        Hidden(name) ? throw new MissingObjectException(name) : new FaultyRead(this, name, inner.Open(name));

    public bool Exists(StoreName name) => !Hidden(name) && inner.Exists(name);

    public long? Length(StoreName name) => Hidden(name) ? null : inner.Length(name);

    public IEnumerable<StoreEntry> List(StoreName? folder = null) => inner.List(folder).Where(e => !Hidden(e.Name));

    public bool Delete(StoreName name) => inner.Delete(name);

    public StoreSpace Space() => inner.Space();

    public int RemoveLeftovers() => inner.RemoveLeftovers();

    public void Dispose() => inner.Dispose();

    private int Distort(StoreName name, Span<byte> target, int read)
    {
        lock (_lock)
        {
            if (Happens_NeedsLock(plan.ReadErrors)) throw StoreFaults.Of(plan.ReadError, $"read {name}")!;
            if (read > 0 && Happens_NeedsLock(plan.ShortReads)) read = (int)(Next_NeedsLock() % (ulong)read);
            if (read > 0 && Happens_NeedsLock(plan.FlippedBits))
            {
                ulong bit = Next_NeedsLock() % ((ulong)read * 8);
                target[(int)(bit / 8)] ^= (byte)(1 << (int)(bit % 8));
            }
            return read;
        }
    }

    private void BeforeAppend()
    {
        if (plan.ErrorFromAppend > 0 && Interlocked.Increment(ref _appends) >= plan.ErrorFromAppend)
            throw StoreFaults.Of(plan.AppendError, "write")!;
    }

    private void AfterCommit(StoreName name)
    {
        lock (_lock)
        {
            if (plan.HiddenForCalls > 0) _seenFromCall[name] = _calls + plan.HiddenForCalls;
            if (Happens_NeedsLock(plan.LostAcknowledgements))
                throw new IOException($"could not commit {name}: the answer was lost");
        }
    }

    private bool Hidden(StoreName name)
    {
        lock (_lock) return ++_calls <= _seenFromCall.GetValueOrDefault(name);
    }

    private bool Happens_NeedsLock(double share) =>
        share > 0 && (Next_NeedsLock() >> 11) * (1.0 / (1UL << 53)) < share;

    // SplitMix64 (Steele, Lea, Flood 2014): small, seeded, and the same on every runtime.
    private ulong Next_NeedsLock()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private sealed class FaultyWrite(FaultyStore store, IStoreWrite write) : IStoreWrite
    {
        private bool _failed;

        public long Length => write.Length;

        public void Append(ReadOnlySpan<byte> bytes)
        {
            ObjectDisposedException.ThrowIf(_failed, this);
            _failed = true;
            store.BeforeAppend();
            write.Append(bytes);
            _failed = false;
        }

        public CommitResult Commit(StoreName name)
        {
            ObjectDisposedException.ThrowIf(_failed, this);
            var result = write.Commit(name);
            if (result == CommitResult.Committed) store.AfterCommit(name);
            return result;
        }

        public void Dispose() => write.Dispose();
    }

    private sealed class FaultyRead(FaultyStore store, StoreName name, IStoreRead read) : IStoreRead
    {
        public long Length => read.Length;

        public void ReadExactly(long offset, Span<byte> target)
        {
            read.ReadExactly(offset, target);
            int left = store.Distort(name, target, target.Length);
            if (left < target.Length)
                throw new CorruptionException($"{name} at {offset}", $"{target.Length} bytes", $"{left}");
        }

        public void Dispose() => read.Dispose();
    }
}
