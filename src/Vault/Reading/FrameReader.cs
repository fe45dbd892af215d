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
        FramePlace? missed = null;
        while (TryFind(id, copy, out var place, out var pack))
        {
            try
            {
                Read(id, place, pack, frame);
                return new ValueTask<bool>(true);
            }
            catch (MissingObjectException e)
            {
                // Between the look and the read a collection may have moved it; the index tells where to.
                if (missed == place)
                    throw new CorruptionException($"copy {copy} of {id}", $"{pack} in the store", "nothing", e);
                missed = place;
            }
        }

        return new ValueTask<bool>(false);
    }

    public ValueTask<bool> LookAsync(ObjectId id, int copy, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        presence.Beat();
        FramePlace? missed = null;
        while (TryFind(id, copy, out var place, out var pack))
        {
            if (place.IsSetAside)
                throw new CorruptionException($"copy {copy} of {id}", "a sound pack", "one set aside as damaged");
            if (!_lengths.TryGetValue(place.Pack, out var length))
                _lengths[place.Pack] = length = (LengthOf(place.Pack), store.Length(pack));
            if (length.Found == length.Expected) return new ValueTask<bool>(true);
            if (missed == place)
                throw new CorruptionException($"copy {copy} of {id}", $"{pack} of {length.Expected} bytes",
                    length.Found is { } found ? $"{found} bytes" : "nothing");
            // As above: moved, perhaps, or taken away for a moment to be made whole.
            missed = place;
            _lengths.TryRemove(place.Pack, out _);
        }

        return new ValueTask<bool>(false);
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

    private void Read(ObjectId id, FramePlace place, StoreName pack, FrameBuffer frame)
    {
        if (place.Length is < FrameHeader.Size or > Format.Limits.MaxFrameBytes)
            throw new CorruptionException($"index row of {id}", "a frame's length", $"{place.Length}");
        int read = Read(place, pack, frame.Take(place.Length));
        if (read != place.Length)
            throw new CorruptionException($"{pack} at {place.Offset}", $"{place.Length} bytes", $"{read}");
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
