using System.Runtime.CompilerServices;
using static Coffer.Format.Hashing.Blake3Constants;

namespace Coffer.Format.Hashing;

/// <summary>
/// Hashes as many chunks, or parents, as a vector has lanes. One loop over the rounds with the message order in a
/// table: unrolled, the code would take longer to compile than a short command takes to run.
/// </summary>
internal static unsafe class Blake3Kernel
{
    /// <summary>Lane i reads <see cref="ChunkSize"/> bytes at input + i * ChunkSize as chunk number counter + i;
    /// 8 words a lane come out.</summary>
    public static void Chunks<T, TLanes>(byte* input, uint* key, ulong counter, uint flags, uint* output)
        where T : unmanaged
        where TLanes : ILanes<T>
        => Hash<T, TLanes>(input, ChunkSize, key, counter, flags, output);

    /// <summary>Lane i reads two chaining values at input + i * BlockSize; 8 words a lane come out. Output may be
    /// input: all is read before anything is written.</summary>
    public static void Parents<T, TLanes>(byte* input, uint* key, uint flags, uint* output)
        where T : unmanaged
        where TLanes : ILanes<T>
        => Hash<T, TLanes>(input, BlockSize, key, 0, flags | Parent, output);

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Hash<T, TLanes>(
        byte* input, uint stride, uint* key, ulong counter, uint flags, uint* output)
        where T : unmanaged
        where TLanes : ILanes<T>
    {
        // Aligned, since a vector that straddles two cache lines costs double: 16 message words, 8 chaining words,
        // counters low and high.
        byte* space = stackalloc byte[26 * sizeof(T) + 63];
        T* m = (T*)(((nuint)space + 63) & ~(nuint)63);
        T* h = m + 16;
        for (int i = 0; i < CvWords; i++) h[i] = TLanes.Broadcast(key[i]);
        SetCounters((uint*)(h + 8), sizeof(T) / sizeof(uint), counter, stride == ChunkSize ? 1u : 0u);

        uint blocks = stride / BlockSize;
        for (uint block = 0; block < blocks; block++)
        {
            for (int i = 0; i < 4; i++)
                TLanes.LoadFourWords(input + block * BlockSize + i * 16, stride, m + 4 * i);

            uint blockFlags = flags;
            if (blocks > 1 && block == 0) blockFlags |= ChunkStart;
            if (blocks > 1 && block == blocks - 1) blockFlags |= ChunkEnd;
            Rounds7<T, TLanes>(m, h, blockFlags);
        }

        uint* words = (uint*)h;
        uint lanes = (uint)(sizeof(T) / sizeof(uint));
        for (uint lane = 0; lane < lanes; lane++)
            for (uint word = 0; word < CvWords; word++)
                *output++ = words[word * lanes + lane];
    }

    private static void SetCounters(uint* counters, int lanes, ulong counter, uint step)
    {
        for (int lane = 0; lane < lanes; lane++, counter += step)
        {
            counters[lane] = (uint)counter;
            counters[lanes + lane] = (uint)(counter >> 32);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rounds7<T, TLanes>(T* m, T* h, uint flags)
        where T : unmanaged
        where TLanes : ILanes<T>
    {
        T v0 = h[0], v1 = h[1], v2 = h[2], v3 = h[3], v4 = h[4], v5 = h[5], v6 = h[6], v7 = h[7];
        T v8 = TLanes.Broadcast(Iv0), v9 = TLanes.Broadcast(Iv1);
        T v10 = TLanes.Broadcast(Iv2), v11 = TLanes.Broadcast(Iv3);
        T v12 = h[8], v13 = h[9], v14 = TLanes.Broadcast(BlockSize), v15 = TLanes.Broadcast(flags);

        byte* s = Schedule;
        for (int round = 0; round < Rounds; round++, s += 16)
        {
            TLanes.Mix(ref v0, ref v4, ref v8, ref v12, At(m, s[0]), At(m, s[1]));
            TLanes.Mix(ref v1, ref v5, ref v9, ref v13, At(m, s[2]), At(m, s[3]));
            TLanes.Mix(ref v2, ref v6, ref v10, ref v14, At(m, s[4]), At(m, s[5]));
            TLanes.Mix(ref v3, ref v7, ref v11, ref v15, At(m, s[6]), At(m, s[7]));
            TLanes.Mix(ref v0, ref v5, ref v10, ref v15, At(m, s[8]), At(m, s[9]));
            TLanes.Mix(ref v1, ref v6, ref v11, ref v12, At(m, s[10]), At(m, s[11]));
            TLanes.Mix(ref v2, ref v7, ref v8, ref v13, At(m, s[12]), At(m, s[13]));
            TLanes.Mix(ref v3, ref v4, ref v9, ref v14, At(m, s[14]), At(m, s[15]));
        }

        h[0] = TLanes.Xor(v0, v8);
        h[1] = TLanes.Xor(v1, v9);
        h[2] = TLanes.Xor(v2, v10);
        h[3] = TLanes.Xor(v3, v11);
        h[4] = TLanes.Xor(v4, v12);
        h[5] = TLanes.Xor(v5, v13);
        h[6] = TLanes.Xor(v6, v14);
        h[7] = TLanes.Xor(v7, v15);
    }

    // The table counts in steps of 16 bytes a word; sizeof(T) is 16, 32 or 64, so this is one scaled address.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T At<T>(T* m, byte scheduled)
        where T : unmanaged => *(T*)((byte*)m + (nuint)scheduled * (nuint)(sizeof(T) / 16));
}
