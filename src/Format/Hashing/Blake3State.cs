using System.Numerics;
using System.Runtime.CompilerServices;
using static Coffer.Format.Hashing.Blake3Constants;

namespace Coffer.Format.Hashing;

/// <summary>
/// A hash under way, without any reference: it lives on the stack for one-shot hashes and in a
/// <see cref="Blake3Hasher"/> otherwise.
/// <list type="number">
/// <item>The newest chunk, and its newest block, stay open until a further byte comes: the last one is compressed
/// with other flags.</item>
/// <item>The stack holds the roots of complete subtrees, largest first: as many as <see cref="_chunks"/> has one
/// bits.</item>
/// </list>
/// </summary>
internal unsafe struct Blake3State
{
    // 2^54 chunks are 2^64 bytes.
    private const int MaxDepth = 54;

    private fixed uint _key[CvWords];
    private fixed uint _cv[CvWords];
    private fixed byte _block[BlockSize];
    private fixed uint _stack[MaxDepth * CvWords];
    private ulong _chunks;
    private int _depth;
    private int _blockLength;
    private int _blocksDone;
    private uint _flags;
    private Blake3Width _width;

    private readonly int ChunkLength => _blocksDone * BlockSize + _blockLength;

    /// <summary>Starts under 8 words of key; the stack is left as it was, for nothing reads it unwritten.</summary>
    public void Begin(ReadOnlySpan<uint> key, uint flags, Blake3Width width = Blake3Width.Widest)
    {
        for (int i = 0; i < CvWords; i++) _key[i] = key[i];
        _flags = flags;
        _width = width;
        Restart();
    }

    public void Restart()
    {
        _chunks = 0;
        _depth = 0;
        BeginChunk();
    }

    public void Update(ReadOnlySpan<byte> data)
    {
        fixed (byte* start = data)
        {
            byte* p = start;
            long left = data.Length;
            while (left > 0)
            {
                if (ChunkLength == ChunkSize) CloseChunk();
                long taken;
                if (ChunkLength == 0 && left > ChunkSize)
                    taken = TakeWholeChunks(p, left);
                else
                    AppendToChunk(p, taken = Math.Min(left, ChunkSize - ChunkLength));
                p += taken;
                left -= taken;
            }
        }
    }

    /// <summary>Writes as many bytes as are asked for; changes nothing.</summary>
    [SkipLocalsInit]
    public void Finish(Span<byte> output)
    {
        byte* block = stackalloc byte[BlockSize];
        uint* cv = stackalloc uint[CvWords];
        fixed (Blake3State* self = &this)
        {
            // An open block is padded with zeros.
            Unsafe.InitBlockUnaligned(block, 0, BlockSize);
            Unsafe.CopyBlockUnaligned(block, self->_block, (uint)_blockLength);
            Unsafe.CopyBlockUnaligned(cv, self->_cv, KeySize);
            uint length = (uint)_blockLength;
            ulong counter = _chunks;
            uint flags = _flags | ChunkEnd | (_blocksDone == 0 ? ChunkStart : 0);

            for (int i = _depth - 1; i >= 0; i--)
            {
                Blake3Block.Compress(cv, block, length, counter, flags, (uint*)(block + KeySize));
                Unsafe.CopyBlockUnaligned(block, self->_stack + i * CvWords, KeySize);
                Unsafe.CopyBlockUnaligned(cv, self->_key, KeySize);
                length = BlockSize;
                counter = 0;
                flags = _flags | Parent;
            }

            // Only a chunk's block knows its number; the root counts its own output blocks.
            WriteRoot(cv, block, length, flags | Root, output);
        }
    }

    [SkipLocalsInit]
    private static void WriteRoot(uint* cv, byte* block, uint length, uint flags, Span<byte> output)
    {
        uint* words = stackalloc uint[16];
        for (ulong counter = 0; output.Length > 0; counter++)
        {
            Blake3Block.Compress(cv, block, length, counter, flags, words, full: true);
            int count = Math.Min(output.Length, BlockSize);
            new ReadOnlySpan<byte>(words, count).CopyTo(output);
            output = output[count..];
        }
    }

    private void BeginChunk()
    {
        for (int i = 0; i < CvWords; i++) _cv[i] = _key[i];
        _blockLength = 0;
        _blocksDone = 0;
    }

    private void AppendToChunk(byte* p, long count)
    {
        fixed (Blake3State* self = &this)
        {
            while (count > 0)
            {
                if (_blockLength == BlockSize)
                {
                    CompressBlock(self->_block);
                    _blockLength = 0;
                }

                if (_blockLength == 0 && count > BlockSize)
                {
                    CompressBlock(p);
                    p += BlockSize;
                    count -= BlockSize;
                    continue;
                }

                uint taken = (uint)Math.Min(count, BlockSize - _blockLength);
                Unsafe.CopyBlockUnaligned(self->_block + _blockLength, p, taken);
                _blockLength += (int)taken;
                p += taken;
                count -= taken;
            }
        }
    }

    private void CompressBlock(byte* block)
    {
        uint flags = _flags | (_blocksDone == 0 ? ChunkStart : 0);
        fixed (uint* cv = _cv) Blake3Block.Compress(cv, block, BlockSize, _chunks, flags, cv);
        _blocksDone++;
    }

    private void CloseChunk()
    {
        uint flags = _flags | ChunkEnd | (_blocksDone == 0 ? ChunkStart : 0);
        fixed (Blake3State* self = &this)
        {
            Blake3Block.Compress(self->_cv, self->_block, BlockSize, _chunks, flags, self->_cv);
            Push(self->_cv, 1);
        }

        BeginChunk();
    }

    /// <summary>Takes whole chunks straight from the input, never its last byte; returns the bytes taken.</summary>
    [SkipLocalsInit]
    private long TakeWholeChunks(byte* p, long left)
    {
        if (_width == Blake3Width.Widest) _width = Blake3Widths.Widest;

        // Up to the next multiple of a batch, so that later batches make one subtree each.
        int untilAligned = Blake3Tree.BatchChunks - (int)(_chunks % Blake3Tree.BatchChunks);
        int count = (int)Math.Min(untilAligned, (left - 1) / ChunkSize);
        uint* cvs = stackalloc uint[Blake3Tree.BatchChunks * CvWords];
        fixed (uint* key = _key)
        {
            Blake3Tree.HashChunks(_width, p, count, key, _chunks, _flags, cvs);
            for (int done = 0; done < count;)
            {
                // The largest complete subtree that begins here.
                int size = 1 << BitOperations.Log2((uint)(count - done));
                while ((_chunks & (uint)(size - 1)) != 0) size /= 2;
                Blake3Tree.Reduce(_width, cvs + done * CvWords, size, key, _flags);
                Push(cvs + done * CvWords, (uint)size);
                done += size;
            }
        }

        return (long)count * ChunkSize;
    }

    /// <summary>Adds a complete subtree and joins it with all finished neighbours of its size.</summary>
    [SkipLocalsInit]
    private void Push(uint* cv, uint sizeChunks)
    {
        uint* pair = stackalloc uint[2 * CvWords];
        fixed (Blake3State* self = &this)
        {
            uint* joined = pair + CvWords;
            Unsafe.CopyBlockUnaligned(joined, cv, KeySize);
            _chunks += sizeChunks;
            for (ulong total = _chunks / sizeChunks; (total & 1) == 0; total >>= 1)
            {
                _depth--;
                Unsafe.CopyBlockUnaligned(pair, self->_stack + _depth * CvWords, KeySize);
                Blake3Block.Compress(self->_key, (byte*)pair, BlockSize, 0, _flags | Parent, joined);
            }

            Unsafe.CopyBlockUnaligned(self->_stack + _depth * CvWords, joined, KeySize);
            _depth++;
        }
    }
}
