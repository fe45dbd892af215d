using System.Collections.Concurrent;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Format.Points;
using Coffer.Storage;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Scrubbing;

namespace Coffer.Vault.Reading;

/// <summary>Reads frames: a lookup through a connection of the calling thread, then one read of an open pack.</summary>
internal sealed class FrameReader(
    KeyspaceId keyspace, IObjectStore store, FrameLookups lookups, ReaderPresence presence) : IFrameReader
{
    private readonly ConcurrentDictionary<long, StoreName> _packs = new();
    private readonly ConcurrentDictionary<long, (long Expected, long? Found)> _lengths = new();

    public ValueTask<bool> ReadAsync(ObjectId id, int copy, FrameBuffer frame, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        presence.Beat();
        if (!TryFind(id, copy, out var place, out var pack)) return new ValueTask<bool>(false);
        if (place.Length is < FrameHeader.Size or > Format.Limits.MaxFrameBytes)
            throw new CorruptionException($"index row of {id}", "a frame's length", $"{place.Length}");
        var bytes = frame.Take(place.Length);
        int read;
        try
        {
            read = Read(place, pack, bytes);
        }
        catch (MissingObjectException e)
        {
            throw new CorruptionException($"copy {copy} of {id}", $"{pack} in the store", "nothing", e);
        }
        return read == place.Length
            ? new ValueTask<bool>(true)
            : throw new CorruptionException($"{pack} at {place.Offset}", $"{place.Length} bytes", $"{read}");
    }

    public ValueTask<bool> LookAsync(ObjectId id, int copy, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        presence.Beat();
        if (!TryFind(id, copy, out var place, out var pack)) return new ValueTask<bool>(false);
        if (place.IsSetAside)
            throw new CorruptionException($"copy {copy} of {id}", "a sound pack", "one set aside as damaged");
        if (!_lengths.TryGetValue(place.Pack, out var length))
            _lengths[place.Pack] = length = (LengthOf(place.Pack), store.Length(pack));
        return length.Found == length.Expected
            ? new ValueTask<bool>(true)
            : throw new CorruptionException($"copy {copy} of {id}", $"{pack} of {length.Expected} bytes",
                length.Found is { } found ? $"{found} bytes" : "nothing");
    }

    public Task ReportDamageAsync(ObjectId id, int copy, string reason, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (TryFind(id, copy, out var place, out _)) presence.ReportDamage(id, place.Pack, reason);
        return Task.CompletedTask;
    }

    public Task<byte[]> ReadPointAsync(ObjectId point, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        presence.Beat();
        var name = StoreName.Parse(PointObject.StoreName(keyspace, point));
        if (store.Length(name) is not { } length) throw VaultFaults.NoPoint(point);
        if (length > PointObject.MaxBytes) throw new CorruptionException(name.Value, "a point", $"{length} bytes");
        var bytes = new byte[length];
        if (store.Read(name, 0, bytes) != length) throw new CorruptionException(name.Value, $"{length} bytes", "fewer");
        return Task.FromResult(PointObject.Parse(bytes, name.Value).Frame);
    }

    public ValueTask DisposeAsync()
    {
        presence.Dispose();
        return ValueTask.CompletedTask;
    }

    private int Read(FramePlace place, StoreName pack, Span<byte> bytes)
    {
        try
        {
            return store.Read(pack, place.Offset, bytes);
        }
        catch (MissingObjectException)
        {
            // Where it is just being mended, its bytes lie beside for a moment.
            var lookup = lookups.Borrow();
            var hash = lookup.PackHash(place.Pack);
            lookups.Return(lookup);
            return store.Read(PackRepair.CopyOf(new PackName(keyspace, hash)), place.Offset, bytes);
        }
    }

    private long LengthOf(long pack)
    {
        var lookup = lookups.Borrow();
        long length = lookup.PackLength(pack);
        lookups.Return(lookup);
        return length;
    }

    private bool TryFind(ObjectId id, int copy, out FramePlace place, out StoreName pack)
    {
        var lookup = lookups.Borrow();
        bool found = lookup.TryFind(id, copy, out place);
        pack = default;
        if (found && !_packs.TryGetValue(place.Pack, out pack))
        {
            pack = StoreName.Parse(new PackName(keyspace, lookup.PackHash(place.Pack)).StoreName);
            _packs[place.Pack] = pack;
        }
        lookups.Return(lookup);
        return found;
    }
}
