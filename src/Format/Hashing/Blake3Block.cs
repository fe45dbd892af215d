using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Coffer.Format.Hashing.Blake3Constants;

namespace Coffer.Format.Hashing;

/// <summary>
/// The compression of one block. Used for what is too short for lanes; ahead-of-time compiled code serves it, so
/// that a short command compiles nothing.
/// </summary>
internal static unsafe class Blake3Block
{
    /// <summary>
    /// Compresses 64 bytes under <paramref name="cv"/> (8 words) into 8 words, or 16 where <paramref name="full"/>.
    /// <paramref name="output"/> may be <paramref name="cv"/> where 8 words are asked for.
    /// </summary>
    public static void Compress(
        uint* cv, byte* block, uint blockLength, ulong counter, uint flags, uint* output, bool full = false)
    {
        if (Vector128.IsHardwareAccelerated)
            CompressRows(cv, (uint*)block, blockLength, counter, flags, output, full);
        else
            CompressScalar(cv, (uint*)block, blockLength, counter, flags, output, full);
    }

    // The four rows of the state are one vector each, so a step of all four columns is one operation.
    private static void CompressRows(
        uint* cv, uint* message, uint blockLength, ulong counter, uint flags, uint* output, bool full)
    {
        var cvLow = Vector128.Load(cv);
        var cvHigh = Vector128.Load(cv + 4);
        var a = cvLow;
        var b = cvHigh;
        var c = Vector128.Create(Iv0, Iv1, Iv2, Iv3);
        var d = Vector128.Create((uint)counter, (uint)(counter >> 32), blockLength, flags);

        byte* schedule = Schedule;
        byte* m = (byte*)message;
        for (int round = 0; round < Rounds; round++, schedule += 16)
        {
            Mix(ref a, ref b, ref c, ref d, Pick(m, schedule), Pick(m, schedule + 1));
            a = Vector128.Shuffle(a, Vector128.Create(3u, 0, 1, 2));
            d = Vector128.Shuffle(d, Vector128.Create(2u, 3, 0, 1));
            c = Vector128.Shuffle(c, Vector128.Create(1u, 2, 3, 0));
            Mix(ref a, ref b, ref c, ref d, PickLast(m, schedule + 8), PickLast(m, schedule + 9));
            a = Vector128.Shuffle(a, Vector128.Create(1u, 2, 3, 0));
            d = Vector128.Shuffle(d, Vector128.Create(2u, 3, 0, 1));
            c = Vector128.Shuffle(c, Vector128.Create(3u, 0, 1, 2));
        }

        (a ^ c).Store(output);
        (b ^ d).Store(output + 4);
        if (!full) return;
        (c ^ cvLow).Store(output + 8);
        (d ^ cvHigh).Store(output + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(
        ref Vector128<uint> a, ref Vector128<uint> b, ref Vector128<uint> c, ref Vector128<uint> d,
        Vector128<uint> x, Vector128<uint> y) => Lanes4.Mix(ref a, ref b, ref c, ref d, x, y);

    // Words of every second place from here on: those of the four columns.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Pick(byte* message, byte* schedule) => Vector128.Create(
        Word(message, schedule[0]), Word(message, schedule[2]), Word(message, schedule[4]), Word(message, schedule[6]));

    // The diagonals stand one place further right, since row a is turned in place of row b: b is the last to be ready.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> PickLast(byte* message, byte* schedule) => Vector128.Create(
        Word(message, schedule[6]), Word(message, schedule[0]), Word(message, schedule[2]), Word(message, schedule[4]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Word(byte* message, byte scheduled) => *(uint*)(message + (scheduled >> 2));

    /// <summary>The same without vectors: for machines that have none, and as the yardstick of the tests.</summary>
    [SkipLocalsInit]
    public static void CompressScalar(
        uint* cv, uint* message, uint blockLength, ulong counter, uint flags, uint* output, bool full)
    {
        uint* v = stackalloc uint[16];
        for (int i = 0; i < 8; i++) v[i] = cv[i];
        for (int i = 0; i < 4; i++) v[8 + i] = Iv[i];
        v[12] = (uint)counter;
        v[13] = (uint)(counter >> 32);
        v[14] = blockLength;
        v[15] = flags;

        byte* m = (byte*)message;
        byte* s = Schedule;
        for (int round = 0; round < Rounds; round++, s += 16)
        {
            for (int i = 0; i < 4; i++)
                MixScalar(v + i, v + 4 + i, v + 8 + i, v + 12 + i, Word(m, s[2 * i]), Word(m, s[2 * i + 1]));
            for (int i = 0; i < 4; i++)
            {
                MixScalar(
                    v + i, v + 4 + (i + 1) % 4, v + 8 + (i + 2) % 4, v + 12 + (i + 3) % 4,
                    Word(m, s[8 + 2 * i]), Word(m, s[9 + 2 * i]));
            }
        }

        for (int i = 0; i < 8; i++)
        {
            // The upper half first: output may be cv.
            if (full) output[8 + i] = v[8 + i] ^ cv[i];
            output[i] = v[i] ^ v[8 + i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MixScalar(uint* a, uint* b, uint* c, uint* d, uint x, uint y)
    {
        *a += *b + x;
        *d = BitOperations.RotateRight(*d ^ *a, 16);
        *c += *d;
        *b = BitOperations.RotateRight(*b ^ *c, 12);
        *a += *b + y;
        *d = BitOperations.RotateRight(*d ^ *a, 8);
        *c += *d;
        *b = BitOperations.RotateRight(*b ^ *c, 7);
    }
}
