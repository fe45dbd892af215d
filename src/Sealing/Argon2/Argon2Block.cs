using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Coffer.Sealing.Argon2;

/// <summary>Argon2's compression of two blocks of 1,024 bytes into one (RFC 9106, 3.5 and 3.6).</summary>
/// <remarks>
/// A block is an 8 × 8 matrix of 16-byte registers. The permutation works on rows, then on columns; one vector of four
/// words carries one line of the permutation's own 4 × 4 matrix, so its columns are mixed at once and its diagonals
/// after a rotation of three of the lines.
/// </remarks>
internal static unsafe class Argon2Block
{
    /// <summary>Bytes of a block.</summary>
    public const int Size = 1024;

    /// <summary>64-bit words of a block.</summary>
    public const int Words = Size / sizeof(ulong);

    /// <summary>Words of a row or a column.</summary>
    private const int LineWords = 16;

    private static Vector256<byte> Right24 => Vector256.Create(
        (byte)3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10,
        19, 20, 21, 22, 23, 16, 17, 18, 27, 28, 29, 30, 31, 24, 25, 26);

    private static Vector256<byte> Right16 => Vector256.Create(
        (byte)2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9,
        18, 19, 20, 21, 22, 23, 16, 17, 26, 27, 28, 29, 30, 31, 24, 25);

    /// <summary>next = G(previous, reference), or that XOR the old next from the second pass on.</summary>
    /// <param name="previous">A block.</param>
    /// <param name="reference">A block; may be <paramref name="next"/> without <paramref name="keepOld"/>.</param>
    /// <param name="next">The block to write.</param>
    /// <param name="keepOld">XOR into it (RFC 9106, 3.2, step 6).</param>
    /// <param name="scratch">One more block, whose contents do not matter.</param>
    public static void Compress(ulong* previous, ulong* reference, ulong* next, bool keepOld, ulong* scratch)
    {
        for (int row = 0; row < Words; row += LineWords)
        {
            var a = XorInto(previous, reference, next, row, keepOld);
            var b = XorInto(previous, reference, next, row + 4, keepOld);
            var c = XorInto(previous, reference, next, row + 8, keepOld);
            var d = XorInto(previous, reference, next, row + 12, keepOld);
            Permute(ref a, ref b, ref c, ref d);
            a.Store(scratch + row);
            b.Store(scratch + row + 4);
            c.Store(scratch + row + 8);
            d.Store(scratch + row + 12);
        }

        for (int column = 0; column < LineWords; column += 2)
        {
            var a = LoadPair(scratch + column);
            var b = LoadPair(scratch + column + 2 * LineWords);
            var c = LoadPair(scratch + column + 4 * LineWords);
            var d = LoadPair(scratch + column + 6 * LineWords);
            Permute(ref a, ref b, ref c, ref d);
            XorPair(next + column, a);
            XorPair(next + column + 2 * LineWords, b);
            XorPair(next + column + 4 * LineWords, c);
            XorPair(next + column + 6 * LineWords, d);
        }
    }

    /// <summary>Gives R = previous XOR reference, and leaves in next what its permutation is XORed with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> XorInto(ulong* previous, ulong* reference, ulong* next, int at, bool keepOld)
    {
        var r = Vector256.Load(previous + at) ^ Vector256.Load(reference + at);
        (keepOld ? r ^ Vector256.Load(next + at) : r).Store(next + at);
        return r;
    }

    /// <summary>Two registers of a column that lie one row apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> LoadPair(ulong* at) =>
        Vector256.Create(Vector128.Load(at), Vector128.Load(at + LineWords));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void XorPair(ulong* at, Vector256<ulong> pair)
    {
        (Vector128.Load(at) ^ pair.GetLower()).Store(at);
        (Vector128.Load(at + LineWords) ^ pair.GetUpper()).Store(at + LineWords);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Permute(
        ref Vector256<ulong> a, ref Vector256<ulong> b, ref Vector256<ulong> c, ref Vector256<ulong> d)
    {
        Mix(ref a, ref b, ref c, ref d);
        b = Vector256.Shuffle(b, Vector256.Create(1UL, 2, 3, 0));
        c = Vector256.Shuffle(c, Vector256.Create(2UL, 3, 0, 1));
        d = Vector256.Shuffle(d, Vector256.Create(3UL, 0, 1, 2));
        Mix(ref a, ref b, ref c, ref d);
        b = Vector256.Shuffle(b, Vector256.Create(3UL, 0, 1, 2));
        c = Vector256.Shuffle(c, Vector256.Create(2UL, 3, 0, 1));
        d = Vector256.Shuffle(d, Vector256.Create(1UL, 2, 3, 0));
    }

    /// <summary>BLAKE2b's G with each addition hardened by a multiplication (RFC 9106, 3.6), four at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(
        ref Vector256<ulong> a, ref Vector256<ulong> b, ref Vector256<ulong> c, ref Vector256<ulong> d)
    {
        a = AddMultiplied(a, b);
        d = Vector256.Shuffle((d ^ a).AsUInt32(), Vector256.Create(1U, 0, 3, 2, 5, 4, 7, 6)).AsUInt64();
        c = AddMultiplied(c, d);
        b = Vector256.Shuffle((b ^ c).AsByte(), Right24).AsUInt64();
        a = AddMultiplied(a, b);
        d = Vector256.Shuffle((d ^ a).AsByte(), Right16).AsUInt64();
        c = AddMultiplied(c, d);
        var turned = b ^ c;
        b = (turned >>> 63) ^ (turned + turned);
    }

    /// <summary>x + y + 2 × low half of x × low half of y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> AddMultiplied(Vector256<ulong> x, Vector256<ulong> y)
    {
        var product = Avx2.IsSupported
            ? Avx2.Multiply(x.AsUInt32(), y.AsUInt32())
            : (x & Vector256.Create((ulong)uint.MaxValue)) * (y & Vector256.Create((ulong)uint.MaxValue));
        return x + y + product + product;
    }
}
