using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Hashing;
using Coffer.Format.Packs;
using Coffer.Storage;

namespace Coffer.Vault.Scrubbing;

/// <summary>
/// Reads all bytes of a pack and compares their hash with its name. At intake name, table and frames were one, so where
/// the name still stands all of it does. For one thread at a time.
/// </summary>
internal sealed class PackCheck(IObjectStore store) : IDisposable
{
    /// <summary>Large enough for a disk to stream, small enough to stay in the processor's cache.</summary>
    private const int PartBytes = 1 << 20;

    private readonly Blake3Hasher _hasher = new();
    private readonly FrameBuffer _buffer = new();

    /// <summary>What is wrong with the object that should be this pack; null where it is whole.</summary>
    /// <param name="place">Where it lies; mostly under the pack's own name.</param>
    /// <exception cref="FaultException"><c>store.lost</c>: the disk itself is gone, which tells nothing of a pack.
    /// </exception>
    public string? DifferenceIn(PackName name, StoreName place)
    {
        try
        {
            using var read = store.Open(place);
            _hasher.Reset();
            var part = _buffer.Take(PartBytes);
            for (long at = 0; at < read.Length; at += PartBytes)
            {
                var bytes = part[..(int)Math.Min(PartBytes, read.Length - at)];
                read.ReadExactly(at, bytes);
                _hasher.Update(bytes);
            }
            Span<byte> hash = stackalloc byte[ObjectId.Size];
            _hasher.Finish(hash);
            return new ObjectId(hash) == name.Hash ? null : "its bytes are not those that were written";
        }
        catch (MissingObjectException)
        {
            return "its file is missing";
        }
        catch (FaultException e) when (e.Fault.Code == "store.failing")
        {
            return "the disk does not give all of its bytes";
        }
        catch (CorruptionException)
        {
            return "its file was cut short while it was read";
        }
    }

    public void Dispose() => _buffer.Dispose();
}
