using System.Security.Cryptography;
using System.Text;
using Coffer.Domain;
using Coffer.Sealing;
using Org.BouncyCastle.Crypto.Digests;

namespace Coffer.Unit.Sealing;

/// <summary>Vectors of c2sp.org/XAES-256-GCM.</summary>
public sealed class XAes256GcmTests
{
    private static readonly byte[] Nonce = Encoding.ASCII.GetBytes("ABCDEFGHIJKLMNOPQRSTUVWX");

    // The first key gives a CMAC sub-key whose doubling does not reduce, the second one that does.
    [Theory]
    [InlineData(1, "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271")]
    [InlineData(3, "c2sp.org/XAES-256-GCM", "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d")]
    public void Seal_PublishedVector_Matches(byte keyByte, string associated, string expected)
    {
        using var cipher = new XAes256Gcm([.. Enumerable.Repeat(keyByte, 32)]);
        byte[] plain = Encoding.ASCII.GetBytes("XAES-256-GCM");
        byte[] more = Encoding.ASCII.GetBytes(associated);

        byte[] sealedBytes = new byte[plain.Length + XAes256Gcm.TagSize];
        cipher.Seal(Nonce, plain, sealedBytes, more);
        Convert.ToHexStringLower(sealedBytes).ShouldBe(expected);

        byte[] opened = new byte[plain.Length];
        cipher.TryOpen(Nonce, sealedBytes, opened, more).ShouldBeTrue();
        opened.ShouldBe(plain);
    }

    [Fact]
    public void Seal_TenThousandPublishedMessages_AccumulateToThePublishedHash()
    {
        var random = new ShakeDigest(128);
        var hash = new ShakeDigest(128);
        for (int i = 0; i < 10_000; i++)
        {
            byte[] key = Read(random, 32);
            byte[] nonce = Read(random, 24);
            byte[] plain = Read(random, Read(random, 1)[0]);
            byte[] associated = Read(random, Read(random, 1)[0]);
            using var cipher = new XAes256Gcm(key);
            byte[] sealedBytes = new byte[plain.Length + XAes256Gcm.TagSize];
            cipher.Seal(nonce, plain, sealedBytes, associated);
            hash.BlockUpdate(sealedBytes, 0, sealedBytes.Length);

            byte[] opened = new byte[plain.Length];
            cipher.TryOpen(nonce, sealedBytes, opened, associated).ShouldBeTrue();
            opened.AsSpan().SequenceEqual(plain).ShouldBeTrue();
        }

        byte[] result = new byte[32];
        hash.DoFinal(result, 0, result.Length);
        Convert.ToHexStringLower(result).ShouldBe("e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939");
    }

    [Fact]
    public void TryOpen_AnyByteChanged_RefusesAndLeavesNothing()
    {
        using var cipher = new XAes256Gcm(new byte[32]);
        byte[] plain = RandomNumberGenerator.GetBytes(40);
        byte[] associated = [1, 2, 3];
        byte[] sealedBytes = new byte[plain.Length + XAes256Gcm.TagSize];
        cipher.Seal(Nonce, plain, sealedBytes, associated);

        byte[] opened = new byte[plain.Length];
        for (int i = 0; i < sealedBytes.Length; i++)
        {
            opened.AsSpan().Fill(0xAA);
            cipher.TryOpen(Nonce, Changed(sealedBytes, i), opened, associated).ShouldBeFalse($"byte {i}");
            opened.ShouldAllBe(b => b == 0);
        }

        for (int i = 0; i < Nonce.Length; i++)
            cipher.TryOpen(Changed(Nonce, i), sealedBytes, opened, associated).ShouldBeFalse($"nonce byte {i}");
        cipher.TryOpen(Nonce, sealedBytes, opened, [1, 2]).ShouldBeFalse();
        cipher.TryOpen(Nonce, sealedBytes, opened, associated).ShouldBeTrue();
    }

    [Fact]
    public void TryOpen_ShorterThanATag_Refuses()
    {
        using var cipher = new XAes256Gcm(new byte[32]);
        cipher.TryOpen(Nonce, new byte[15], [], []).ShouldBeFalse();
    }

    [Fact]
    public void Seal_WrongSizes_AreOurBug()
    {
        using var cipher = new XAes256Gcm(new byte[32]);
        Should.Throw<Exception>(() => cipher.Seal(new byte[12], new byte[1], new byte[17], []))
            .Message.ShouldContain("invariant");
        Should.Throw<Exception>(() => new XAes256Gcm(new byte[16])).Message.ShouldContain("invariant");
    }

    private static byte[] Changed(byte[] bytes, int at)
    {
        byte[] copy = [.. bytes];
        copy[at] ^= 1;
        return copy;
    }

    private static byte[] Read(ShakeDigest random, int count)
    {
        byte[] bytes = new byte[count];
        random.DoOutput(bytes, 0, count);
        return bytes;
    }
}
