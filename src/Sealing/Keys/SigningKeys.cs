using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Coffer.Domain;
using Coffer.Format.Envelopes;

namespace Coffer.Sealing.Keys;

/// <summary>
/// ECDSA P-256 keys made from derived bytes: scalar = (48 bytes, big endian) mod (n − 1) + 1, as FIPS 186-5 A.2.1 does
/// with extra random bits; 128 bits more than n has leave no bias that could be seen.
/// </summary>
internal static class SigningKeys
{
    private const int SeedSize = 48;
    private const int ScalarSize = 32;
    private const int Limbs = 4;

    /// <summary>n − 1, the order of P-256's group less one (SEC 2, 2.4.2), least significant limb first.</summary>
    private static ReadOnlySpan<ulong> OrderLessOne =>
        [0xF3B9CAC2FC632550, 0xBCE6FAADA7179E84, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFF00000000];

    /// <summary>The key that <paramref name="name"/> stands for under an extracted key.</summary>
    public static ECDsa Derive(ReadOnlySpan<byte> extracted, ReadOnlySpan<byte> name)
    {
        Span<byte> seed = stackalloc byte[SeedSize];
        byte[] scalar = GC.AllocateArray<byte>(ScalarSize, pinned: true);
        try
        {
            KeyDerivation.Expand(extracted, name, seed);
            ReduceToScalar(seed, scalar);
            return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(scalar);
        }
    }

    /// <summary>Writes the public key, an uncompressed point of <see cref="EnvelopeLayout.PointSize"/> bytes.</summary>
    public static void WritePoint(ECDsa key, Span<byte> point)
    {
        var q = key.ExportParameters(includePrivateParameters: false).Q;
        Invariant.Holds(q.X is { Length: ScalarSize } && q.Y is { Length: ScalarSize });
        point[0] = EnvelopeLayout.UncompressedPoint;
        q.X.CopyTo(point[1..]);
        q.Y.CopyTo(point[(1 + ScalarSize)..]);
    }

    /// <summary>Bit by bit and without a branch on a secret: 384 steps cost less than drawing one nonce.</summary>
    internal static void ReduceToScalar(ReadOnlySpan<byte> seed, Span<byte> scalar)
    {
        Span<ulong> remainder = stackalloc ulong[Limbs];
        remainder.Clear();
        for (int bit = 0; bit < seed.Length * 8; bit++)
        {
            ulong next = (ulong)(seed[bit / 8] >> (7 - bit % 8)) & 1;
            ulong over = Shift(remainder, next);
            SubtractWhereNotLess(remainder, over);
        }

        Increment(remainder);
        for (int limb = 0; limb < Limbs; limb++)
            BinaryPrimitives.WriteUInt64BigEndian(scalar[((Limbs - 1 - limb) * 8)..], remainder[limb]);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(remainder));
    }

    /// <summary>remainder × 2 + bit; returns the bit that falls off the top.</summary>
    private static ulong Shift(Span<ulong> remainder, ulong bit)
    {
        for (int limb = 0; limb < Limbs; limb++)
        {
            ulong top = remainder[limb] >> 63;
            remainder[limb] = (remainder[limb] << 1) | bit;
            bit = top;
        }

        return bit;
    }

    /// <summary>Subtracts n − 1 once where (over, remainder) is at least that; before the shift it was below.</summary>
    private static void SubtractWhereNotLess(Span<ulong> remainder, ulong over)
    {
        Span<ulong> difference = stackalloc ulong[Limbs];
        ulong borrow = 0;
        for (int limb = 0; limb < Limbs; limb++)
        {
            var wide = (UInt128)remainder[limb] - OrderLessOne[limb] - borrow;
            difference[limb] = (ulong)wide;
            borrow = (ulong)(wide >> 64) & 1;
        }

        ulong take = 0 - (over | (borrow ^ 1));
        for (int limb = 0; limb < Limbs; limb++)
            remainder[limb] = (difference[limb] & take) | (remainder[limb] & ~take);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(difference));
    }

    /// <summary>At most n − 1 afterwards, so nothing carries out of the top.</summary>
    private static void Increment(Span<ulong> remainder)
    {
        ulong carry = 1;
        for (int limb = 0; limb < Limbs; limb++)
        {
            var wide = (UInt128)remainder[limb] + carry;
            remainder[limb] = (ulong)wide;
            carry = (ulong)(wide >> 64);
        }
    }
}
