using System.Text;
using Coffer.Sealing.Argon2;
using Org.BouncyCastle.Crypto.Digests;

namespace Coffer.Unit.Sealing;

public sealed class Blake2bTests
{
    [Fact]
    public void Hash_VectorOfRfc7693_Matches()
    {
        byte[] digest = new byte[64];
        Blake2b.Hash(Encoding.ASCII.GetBytes("abc"), digest);
        Convert.ToHexStringLower(digest).ShouldBe(
            "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
            + "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
    }

    [Fact]
    public void Hash_EveryLengthAroundTwoBlocks_AgreesWithAnotherImplementation()
    {
        byte[] message = [.. Enumerable.Range(0, 300).Select(i => (byte)i)];
        for (int length = 0; length <= message.Length; length++)
        {
            int size = length % 64 + 1;
            byte[] digest = new byte[size];
            Blake2b.Hash(message.AsSpan(0, length), digest);
            digest.ShouldBe(ByOracle(message, length, size), $"length {length}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(129)]
    public void Update_InPieces_HashesTheWhole(int pieceSize)
    {
        byte[] message = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 3))];
        byte[] whole = new byte[64], inPieces = new byte[64];
        Blake2b.Hash(message, whole);

        var hash = new Blake2b(stackalloc byte[Blake2b.WorkspaceSize], 64);
        for (int at = 0; at < message.Length; at += pieceSize)
            hash.Update(message.AsSpan(at, Math.Min(pieceSize, message.Length - at)));
        hash.Finish(inPieces);
        inPieces.ShouldBe(whole);
    }

    private static byte[] ByOracle(byte[] message, int length, int size)
    {
        var oracle = new Blake2bDigest(size * 8);
        oracle.BlockUpdate(message, 0, length);
        byte[] digest = new byte[size];
        oracle.DoFinal(digest, 0);
        return digest;
    }
}
