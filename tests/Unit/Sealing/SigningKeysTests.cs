using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Coffer.Sealing.Keys;
using Org.BouncyCastle.Asn1.Sec;

namespace Coffer.Unit.Sealing;

public sealed class SigningKeysTests
{
    private static readonly BigInteger Order = BigInteger.Parse(
        "0ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", NumberStyles.HexNumber);

    public static TheoryData<string> Seeds =>
    [
        new string('0', 96),
        new string('f', 96),
        Padded(Order - 2),
        Padded(Order - 1),
        Padded(Order),
        Padded((Order - 1) * ((BigInteger.One << 128) - 1)),
        Padded((Order - 1) * ((BigInteger.One << 128) - 1) - 1),
        Padded(BigInteger.One << 256),
        Padded((BigInteger.One << 256) - 1),
    ];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void ReduceToScalar_EdgeOfTheOrder_IsTheRemainderPlusOne(string seed) =>
        Reduce(Convert.FromHexString(seed)).ShouldBe(Expected(Convert.FromHexString(seed)));

    [Fact]
    public void ReduceToScalar_RandomSeeds_AreTheRemainderPlusOne()
    {
        for (int i = 0; i < 500; i++)
        {
            byte[] seed = RandomNumberGenerator.GetBytes(48);
            Reduce(seed).ShouldBe(Expected(seed), $"seed {Convert.ToHexStringLower(seed)}");
        }
    }

    [Fact]
    public void Derive_AKey_HasTheScalarAndItsPoint()
    {
        byte[] extracted = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        using var key = SigningKeys.Derive(extracted, "access"u8);

        byte[] seed = new byte[48], point = new byte[65];
        KeyDerivation.Expand(extracted, "access"u8, seed);
        byte[] scalar = key.ExportParameters(includePrivateParameters: true).D!;
        scalar.ShouldBe(Reduce(seed));

        SigningKeys.WritePoint(key, point);
        var curve = SecNamedCurves.GetByName("secp256r1");
        point.ShouldBe(curve.G.Multiply(new Org.BouncyCastle.Math.BigInteger(1, scalar)).Normalize().GetEncoded(false));
    }

    [Fact]
    public void Derive_OurOwnVector_StaysWhatItIs()
    {
        byte[] extracted = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        using var key = SigningKeys.Derive(extracted, "access"u8);
        byte[] point = new byte[65];
        SigningKeys.WritePoint(key, point);
        Convert.ToHexStringLower(key.ExportParameters(true).D!)
            .ShouldBe("1754f03190fb74f57be1d5415b2623377576fe14acb1084d2a34ca35b8f6c374");
        Convert.ToHexStringLower(point).ShouldBe(
            "04244acf20b7f0e2ef6d1bf11e81dac28fd8554e85ce7e705b8414b8f692b2cf66f06ce057f6185eaa8b3fe0bc23cdbf444c"
            + "cb3d324bd0bcc9b4064778c3dc7c19");
    }

    private static byte[] Reduce(byte[] seed)
    {
        byte[] scalar = new byte[32];
        SigningKeys.ReduceToScalar(seed, scalar);
        return scalar;
    }

    private static byte[] Expected(byte[] seed)
    {
        var scalar = new BigInteger(seed, isUnsigned: true, isBigEndian: true) % (Order - 1) + 1;
        return Convert.FromHexString(Padded(scalar)[^64..]);
    }

    private static string Padded(BigInteger value) =>
        Convert.ToHexStringLower(value.ToByteArray(isUnsigned: true, isBigEndian: true)).PadLeft(96, '0');
}
