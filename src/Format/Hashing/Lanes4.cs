using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Coffer.Format.Hashing;

/// <summary>Four lanes of 128 bits: SSE and NEON.</summary>
internal readonly unsafe struct Lanes4 : ILanes<Vector128<uint>>
{
    public static Vector128<uint> Broadcast(uint value) => Vector128.Create(value);

    public static Vector128<uint> Xor(Vector128<uint> left, Vector128<uint> right) => left ^ right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Mix(
        ref Vector128<uint> a, ref Vector128<uint> b, ref Vector128<uint> c, ref Vector128<uint> d,
        Vector128<uint> x, Vector128<uint> y)
    {
        a = a + x + b;
        d = Rotate16(d ^ a);
        c += d;
        b ^= c;
        b = (b >>> 12) | (b << 20);
        a = a + y + b;
        d = Rotate8(d ^ a);
        c += d;
        b ^= c;
        b = (b >>> 7) | (b << 25);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadFourWords(byte* input, nuint stride, Vector128<uint>* target)
    {
        var lane0 = Vector128.Load((uint*)input);
        var lane1 = Vector128.Load((uint*)(input + stride));
        var lane2 = Vector128.Load((uint*)(input + 2 * stride));
        var lane3 = Vector128.Load((uint*)(input + 3 * stride));
        var low01 = ZipLow(lane0, lane1).AsUInt64();
        var low23 = ZipLow(lane2, lane3).AsUInt64();
        var high01 = ZipHigh(lane0, lane1).AsUInt64();
        var high23 = ZipHigh(lane2, lane3).AsUInt64();
        target[0] = Vector128.Create(low01.GetLower(), low23.GetLower()).AsUInt32();
        target[1] = Vector128.Create(low01.GetUpper(), low23.GetUpper()).AsUInt32();
        target[2] = Vector128.Create(high01.GetLower(), high23.GetLower()).AsUInt32();
        target[3] = Vector128.Create(high01.GetUpper(), high23.GetUpper()).AsUInt32();
    }

    // Whole bytes move: one shuffle in place of two shifts and an or.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Rotate16(Vector128<uint> x) => Vector128.Shuffle(
        x.AsByte(), Vector128.Create((byte)2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Rotate8(Vector128<uint> x) => Vector128.Shuffle(
        x.AsByte(), Vector128.Create((byte)1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12)).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> ZipLow(Vector128<uint> left, Vector128<uint> right)
    {
        if (Sse2.IsSupported) return Sse2.UnpackLow(left, right);
        if (AdvSimd.Arm64.IsSupported) return AdvSimd.Arm64.ZipLow(left, right);
        return Vector128.Create(left[0], right[0], left[1], right[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> ZipHigh(Vector128<uint> left, Vector128<uint> right)
    {
        if (Sse2.IsSupported) return Sse2.UnpackHigh(left, right);
        if (AdvSimd.Arm64.IsSupported) return AdvSimd.Arm64.ZipHigh(left, right);
        return Vector128.Create(left[2], right[2], left[3], right[3]);
    }
}
