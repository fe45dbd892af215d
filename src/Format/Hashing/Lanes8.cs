using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Coffer.Format.Hashing;

/// <summary>Eight lanes of 256 bits: AVX2, with the rotations of AVX-512VL where it is there.</summary>
internal readonly unsafe struct Lanes8 : ILanes<Vector256<uint>>
{
    public static Vector256<uint> Broadcast(uint value) => Vector256.Create(value);

    public static Vector256<uint> Xor(Vector256<uint> left, Vector256<uint> right) => left ^ right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Mix(
        ref Vector256<uint> a, ref Vector256<uint> b, ref Vector256<uint> c, ref Vector256<uint> d,
        Vector256<uint> x, Vector256<uint> y)
    {
        a = a + x + b;
        d = Avx2.Shuffle((d ^ a).AsByte(), Vector256.Create(
            (byte)2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13,
            2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)).AsUInt32();
        c += d;
        b ^= c;
        b = Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(b, 12) : (b >>> 12) | (b << 20);
        a = a + y + b;
        d = Avx2.Shuffle((d ^ a).AsByte(), Vector256.Create(
            (byte)1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12,
            1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12)).AsUInt32();
        c += d;
        b ^= c;
        b = Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(b, 7) : (b >>> 7) | (b << 25);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadFourWords(byte* input, nuint stride, Vector256<uint>* target)
    {
        // Lanes 0 to 3 in the lower halves, 4 to 7 in the upper: the unpacking below stays within halves.
        var lane0 = Pair(input, stride);
        var lane1 = Pair(input + stride, stride);
        var lane2 = Pair(input + 2 * stride, stride);
        var lane3 = Pair(input + 3 * stride, stride);
        var low01 = Avx2.UnpackLow(lane0, lane1).AsUInt64();
        var low23 = Avx2.UnpackLow(lane2, lane3).AsUInt64();
        var high01 = Avx2.UnpackHigh(lane0, lane1).AsUInt64();
        var high23 = Avx2.UnpackHigh(lane2, lane3).AsUInt64();
        target[0] = Avx2.UnpackLow(low01, low23).AsUInt32();
        target[1] = Avx2.UnpackHigh(low01, low23).AsUInt32();
        target[2] = Avx2.UnpackLow(high01, high23).AsUInt32();
        target[3] = Avx2.UnpackHigh(high01, high23).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Pair(byte* lane, nuint stride) =>
        Vector256.Create(Vector128.Load((uint*)lane), Vector128.Load((uint*)(lane + 4 * stride)));
}
