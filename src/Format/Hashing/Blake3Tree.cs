using System.Runtime.Intrinsics;
using static Coffer.Format.Hashing.Blake3Constants;

namespace Coffer.Format.Hashing;

/// <summary>Many whole chunks into chaining values, and those into parents, at a given width.</summary>
internal static unsafe class Blake3Tree
{
    /// <summary>Chunks in a call at most: a stack buffer of 2 KiB, few parents left for short code.</summary>
    public const int BatchChunks = 64;

    /// <summary>Writes the chaining values (8 words each) of <paramref name="count"/> whole chunks.</summary>
    public static void HashChunks(
        Blake3Width width, byte* input, int count, uint* key, ulong counter, uint flags, uint* output)
    {
        int done = 0;
        while (done < count)
        {
            int lanes = LanesFor(width, count, count - done);

            // A rest that does not fill the lanes is made up with chunks already done: cheaper than one by one.
            if (done + lanes > count) done = count - lanes;
            byte* from = input + (long)done * ChunkSize;
            uint* to = output + done * CvWords;
            ulong number = counter + (uint)done;
            if (lanes == 16)
                Blake3Kernel.Chunks<Vector512<uint>, Lanes16>(from, key, number, flags, to);
            else if (lanes == 8)
                Blake3Kernel.Chunks<Vector256<uint>, Lanes8>(from, key, number, flags, to);
            else if (lanes == 4)
                Blake3Kernel.Chunks<Vector128<uint>, Lanes4>(from, key, number, flags, to);
            else
                HashChunk(width, from, key, number, flags, to);
            done += lanes;
        }
    }

    /// <summary>Joins a power of two of neighbouring chaining values, in place, into the first.</summary>
    public static void Reduce(Blake3Width width, uint* cvs, int count, uint* key, uint flags)
    {
        for (; count > 1; count /= 2)
        {
            int parents = count / 2;
            for (int done = 0; done < parents;)
            {
                int lanes = Math.Min(parents, (int)width);
                uint* to = cvs + done * CvWords;
                byte* from = (byte*)(cvs + 2 * done * CvWords);
                if (lanes == 16)
                    Blake3Kernel.Parents<Vector512<uint>, Lanes16>(from, key, flags, to);
                else if (lanes == 8)
                    Blake3Kernel.Parents<Vector256<uint>, Lanes8>(from, key, flags, to);
                else if (lanes == 4)
                    Blake3Kernel.Parents<Vector128<uint>, Lanes4>(from, key, flags, to);
                else
                    JoinPair(width, from, key, flags, to, out lanes);
                done += lanes;
            }
        }
    }

    private static void JoinPair(Blake3Width width, byte* pair, uint* key, uint flags, uint* output, out int joined)
    {
        joined = 1;
        Compress(width, key, pair, 0, flags | Parent, output);
    }

    private static void HashChunk(Blake3Width width, byte* input, uint* key, ulong counter, uint flags, uint* output)
    {
        uint* cv = key;
        for (int block = 0; block < BlocksPerChunk; block++)
        {
            uint blockFlags = flags;
            if (block == 0) blockFlags |= ChunkStart;
            if (block == BlocksPerChunk - 1) blockFlags |= ChunkEnd;
            Compress(width, cv, input + block * BlockSize, counter, blockFlags, output);
            cv = output;
        }
    }

    private static void Compress(Blake3Width width, uint* cv, byte* block, ulong counter, uint flags, uint* output)
    {
        if (width == Blake3Width.One)
            Blake3Block.CompressScalar(cv, (uint*)block, BlockSize, counter, flags, output, full: false);
        else
            Blake3Block.Compress(cv, block, BlockSize, counter, flags, output);
    }

    // A call costs the same whatever its lanes, and about three chunks one by one (measured).
    private static int LanesFor(Blake3Width width, int count, int left)
    {
        for (int lanes = (int)width; lanes > 1; lanes /= 2)
        {
            if (lanes == 2) return 1;
            if (left >= lanes || (left > Math.Max(lanes / 2, 2) && count >= lanes)) return lanes;
        }

        return 1;
    }
}
