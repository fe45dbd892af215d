using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Coffer.Format.Hashing;

/// <summary>
/// Sixteen lanes of 512 bits: AVX-512F. Right, though slow, on machines without it, so that its arrangement of lanes
/// can be tested anywhere.
/// </summary>
internal readonly unsafe struct Lanes16 : ILanes<Vector512<uint>>
{
    public static Vector512<uint> Broadcast(uint value) => Vector512.Create(value);

    public static Vector512<uint> Xor(Vector512<uint> left, Vector512<uint> right) => left ^ right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Mix(
        ref Vector512<uint> a, ref Vector512<uint> b, ref Vector512<uint> c, ref Vector512<uint> d,
        Vector512<uint> x, Vector512<uint> y)
    {
        // The counts are literals in place: only then does the compiler use the rotating instruction.
        a = a + x + b;
        d ^= a;
        d = Avx512F.IsSupported ? Avx512F.RotateRight(d, 16) : (d >>> 16) | (d << 16);
        c += d;
        b ^= c;
        b = Avx512F.IsSupported ? Avx512F.RotateRight(b, 12) : (b >>> 12) | (b << 20);
        a = a + y + b;
        d ^= a;
        d = Avx512F.IsSupported ? Avx512F.RotateRight(d, 8) : (d >>> 8) | (d << 24);
        c += d;
        b ^= c;
        b = Avx512F.IsSupported ? Avx512F.RotateRight(b, 7) : (b >>> 7) | (b << 25);
    }

    public static void LoadFourWords(byte* input, nuint stride, Vector512<uint>* target)
    {
        if (!Avx512F.IsSupported)
        {
            LoadFourWordsScalar(input, stride, (uint*)target);
            return;
        }

        // Quarter q of a vector holds lanes 4q to 4q + 3: the unpacking below stays within quarters.
        var lane0 = Quad(input, stride);
        var lane1 = Quad(input + stride, stride);
        var lane2 = Quad(input + 2 * stride, stride);
        var lane3 = Quad(input + 3 * stride, stride);
        var low01 = Avx512F.UnpackLow(lane0, lane1).AsUInt64();
        var low23 = Avx512F.UnpackLow(lane2, lane3).AsUInt64();
        var high01 = Avx512F.UnpackHigh(lane0, lane1).AsUInt64();
        var high23 = Avx512F.UnpackHigh(lane2, lane3).AsUInt64();
        target[0] = Avx512F.UnpackLow(low01, low23).AsUInt32();
        target[1] = Avx512F.UnpackHigh(low01, low23).AsUInt32();
        target[2] = Avx512F.UnpackLow(high01, high23).AsUInt32();
        target[3] = Avx512F.UnpackHigh(high01, high23).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Quad(byte* lane, nuint stride) => Vector512.Create(
        Vector256.Create(Vector128.Load((uint*)lane), Vector128.Load((uint*)(lane + 4 * stride))),
        Vector256.Create(Vector128.Load((uint*)(lane + 8 * stride)), Vector128.Load((uint*)(lane + 12 * stride))));

    private static void LoadFourWordsScalar(byte* input, nuint stride, uint* target)
    {
        for (nuint lane = 0; lane < 16; lane++)
            for (nuint word = 0; word < 4; word++)
                target[word * 16 + lane] = ((uint*)(input + lane * stride))[word];
    }
}
