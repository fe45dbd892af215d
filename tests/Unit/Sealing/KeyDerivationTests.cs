using System.Security.Cryptography;
using System.Text;
using Coffer.Sealing.Keys;

namespace Coffer.Unit.Sealing;

public sealed class KeyDerivationTests
{
    // RFC 5869, A.1 to A.3: the framework's HKDF is the one that ours is made of.
    [Theory]
    [InlineData(22, 0x0b, -1, 13, 0xf0, 10,
        "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")]
    [InlineData(80, -1, 0x60, 80, 0xb0, 80,
        "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
        + "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87")]
    [InlineData(22, 0x0b, -1, 0, 0, 0,
        "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8")]
    public void Extract_VectorOfRfc5869_Matches(
        int secretSize, int secretByte, int saltFrom, int saltSize, int infoFrom, int infoSize, string prk, string okm)
    {
        byte[] secret = secretByte < 0 ? Counting(0, secretSize) : [.. Enumerable.Repeat((byte)secretByte, secretSize)];
        byte[] extracted = new byte[KeyDerivation.ExtractedSize];
        KeyDerivation.Extract(secret, Counting(Math.Max(saltFrom, 0), saltSize), extracted);
        Convert.ToHexStringLower(extracted).ShouldBe(prk);

        byte[] key = new byte[okm.Length / 2];
        HKDF.Expand(HashAlgorithmName.SHA256, extracted, key, Counting(infoFrom, infoSize));
        Convert.ToHexStringLower(key).ShouldBe(okm);
    }

    [Fact]
    public void Expand_AName_IsPrefixed()
    {
        byte[] extracted = RandomNumberGenerator.GetBytes(32);
        byte[] key = new byte[48];
        KeyDerivation.Expand(extracted, "data"u8, key);
        key.ShouldBe(HKDF.Expand(HashAlgorithmName.SHA256, extracted, 48, Encoding.ASCII.GetBytes("coffer/1/data")));
    }

    private static byte[] Counting(int from, int count) => [.. Enumerable.Range(from, count).Select(i => (byte)i)];
}
