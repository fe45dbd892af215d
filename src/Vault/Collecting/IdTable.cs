using System.Buffers.Binary;
using Coffer.Domain;
using Microsoft.Win32.SafeHandles;

namespace Coffer.Vault.Collecting;

/// <summary>
/// All ids that a keyspace held at one moment, ascending, in a file: an id's place is its dense number, by
/// which bitmaps count. Memory: 8 bytes for each block of 128 ids.
/// </summary>
internal sealed class IdTable : IDisposable
{
    private const int BlockIds = 128;
    private const int BlockBytes = BlockIds * ObjectId.Size;

    private readonly SafeFileHandle _file;
    private readonly ulong[] _firsts;
    private readonly byte[] _block = new byte[BlockBytes];
    private long _loaded = -1;

    private IdTable(SafeFileHandle file, long count, ulong[] firsts) =>
        (_file, Count, _firsts) = (file, count, firsts);

    public long Count { get; }

    /// <summary>Opens what <see cref="IdTableWriter"/> wrote.</summary>
    /// <param name="file">Becomes this table's.</param>
    public static IdTable Open(SafeFileHandle file)
    {
        long count = RandomAccess.GetLength(file) / ObjectId.Size;
        var firsts = new ulong[(count + BlockIds - 1) / BlockIds];
        Span<byte> first = stackalloc byte[8];
        for (int i = 0; i < firsts.Length; i++)
        {
            Invariant.Holds(RandomAccess.Read(file, first, (long)i * BlockBytes) == first.Length);
            firsts[i] = BinaryPrimitives.ReadUInt64BigEndian(first);
        }
        return new IdTable(file, count, firsts);
    }

    public ObjectId At(long number)
    {
        Invariant.Holds(number >= 0 && number < Count);
        Load(number / BlockIds);
        return new ObjectId(_block.AsSpan((int)(number % BlockIds) * ObjectId.Size));
    }

    /// <summary>The number of an id; -1 where it was not there at that moment.</summary>
    public long Find(ObjectId id)
    {
        Span<byte> wanted = stackalloc byte[ObjectId.Size];
        id.CopyTo(wanted);
        ulong prefix = BinaryPrimitives.ReadUInt64BigEndian(wanted);
        // The last block that begins below the id's prefix or with it; equal prefixes may go back further.
        int block = LastBlockUpTo(prefix);
        for (; block >= 0; block--)
        {
            long found = FindIn(block, wanted);
            if (found >= 0) return found;
            if (_firsts[block] < prefix) break;
        }
        return -1;
    }

    public void Dispose() => _file.Dispose();

    private int LastBlockUpTo(ulong prefix)
    {
        int low = 0, high = _firsts.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_firsts[middle] <= prefix) low = middle + 1;
            else high = middle;
        }
        return low - 1;
    }

    private long FindIn(int block, ReadOnlySpan<byte> wanted)
    {
        int low = 0, high = Load(block) - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = _block.AsSpan(middle * ObjectId.Size, ObjectId.Size).SequenceCompareTo(wanted);
            if (order == 0) return ((long)block * BlockIds) + middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return -1;
    }

    private int Load(long block)
    {
        int ids = (int)Math.Min(BlockIds, Count - (block * BlockIds));
        if (_loaded == block) return ids;
        _loaded = -1;
        var bytes = _block.AsSpan(0, ids * ObjectId.Size);
        Invariant.Holds(RandomAccess.Read(_file, bytes, block * BlockBytes) == bytes.Length);
        _loaded = block;
        return ids;
    }
}

/// <summary>Writes an <see cref="IdTable"/>; ids come ascending, each once.</summary>
internal sealed class IdTableWriter(Stream file)
{
    public long Count { get; private set; }

    /// <returns>The id's number.</returns>
    public long Add(ReadOnlySpan<byte> id)
    {
        file.Write(id);
        return Count++;
    }
}
