using System.Buffers.Binary;
using Coffer.Domain;
using Coffer.Format.Envelopes;

namespace Coffer.Unit.Format;

public sealed class EnvelopeTests
{
    private static readonly KeyspaceId Keyspace = KeyspaceId.Parse("000102030405060708090a0b0c0d0e0f");

    [Fact]
    public void Decode_WellFormed_GivesItsFields()
    {
        byte[] bytes = WellFormed(EnvelopeKind.Passphrase, Argon2Parameters.Create(128 * 1024, 4));
        var envelope = Envelope.Decode(bytes, "a test");
        envelope.Head.Keyspace.ShouldBe(Keyspace);
        envelope.Head.Kind.ShouldBe(EnvelopeKind.Passphrase);
        envelope.Head.Number.ShouldBe(0x01020304u);
        envelope.Head.Parameters.MemoryKib.ShouldBe(128 * 1024);
        envelope.Head.Parameters.Passes.ShouldBe(4);
        envelope.Bytes.ToArray().ShouldBe(bytes);
    }

    // docs/format.md states these places; a reader in another language depends on them.
    [Fact]
    public void Write_Head_LiesWhereTheFormatSays()
    {
        byte[] bytes = WellFormed(EnvelopeKind.Passphrase, Argon2Parameters.Default);
        bytes.Length.ShouldBe(287);
        Convert.ToHexStringLower(bytes.AsSpan(0, 26))
            .ShouldBe("43464556" + "01" + "000102030405060708090a0b0c0d0e0f" + "01" + "04030201");
        Convert.ToHexStringLower(bytes.AsSpan(42, 12)).ShouldBe("00000100" + "03000000" + "01000000");
        EnvelopeLayout.Salt.ShouldBe(26..42);
        EnvelopeLayout.Authentication.ShouldBe(54..119);
        EnvelopeLayout.Commitment.ShouldBe(119..151);
        EnvelopeLayout.Nonce.ShouldBe(151..175);
        EnvelopeLayout.WrappedKey.ShouldBe(175..223);
        EnvelopeLayout.Signature.ShouldBe(223..287);
        EnvelopeLayout.Associated.ShouldBe(0..151);
        EnvelopeLayout.Signed.ShouldBe(0..223);
    }

    [Theory]
    [InlineData(65535u, 3u, 1u)]
    [InlineData(1048577u, 3u, 1u)]
    [InlineData(65536u, 2u, 1u)]
    [InlineData(65536u, 17u, 1u)]
    [InlineData(65536u, 3u, 2u)]
    [InlineData(65536u, 3u, 0u)]
    [InlineData(0u, 0u, 0u)]
    [InlineData(uint.MaxValue, uint.MaxValue, uint.MaxValue)]
    public void Decode_ParametersOutOfBounds_IsCorruption(uint memoryKib, uint passes, uint lanes)
    {
        byte[] bytes = WellFormed(EnvelopeKind.Passphrase, Argon2Parameters.Default);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(42), memoryKib);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(46), passes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(50), lanes);
        Should.Throw<CorruptionException>(() => Envelope.Decode(bytes, "a test"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(255)]
    public void Decode_KindThatDoesNotFit_IsCorruption(byte kind)
    {
        byte[] bytes = WellFormed(EnvelopeKind.Passphrase, Argon2Parameters.Default);
        bytes[21] = kind;
        Should.Throw<CorruptionException>(() => Envelope.Decode(bytes, "a test"));
    }

    [Fact]
    public void Decode_AnyOtherLength_IsCorruption()
    {
        byte[] bytes = WellFormed(EnvelopeKind.Recovery, Argon2Parameters.None);
        for (int length = 0; length < bytes.Length; length++)
            Should.Throw<CorruptionException>(() => Envelope.Decode(bytes.AsSpan(0, length), "a test"));
        Should.Throw<CorruptionException>(() => Envelope.Decode([.. bytes, 0], "a test"));
        Envelope.Decode(bytes, "a test").Head.Kind.ShouldBe(EnvelopeKind.Recovery);
    }

    [Fact]
    public void Decode_OtherVersions_TellsNewerFromDamaged()
    {
        byte[] bytes = WellFormed(EnvelopeKind.Recovery, Argon2Parameters.None);
        bytes[4] = 2;
        Should.Throw<FaultException>(() => Envelope.Decode([.. bytes, 0], "a test"))
            .Fault.Code.ShouldBe("format.newer");
        bytes[4] = 0;
        Should.Throw<CorruptionException>(() => Envelope.Decode(bytes, "a test"));
        bytes[4] = 1;
        bytes[54] = 2;
        Should.Throw<CorruptionException>(() => Envelope.Decode(bytes, "a test"));
    }

    [Theory]
    [InlineData(65535, 3)]
    [InlineData(-1, 3)]
    [InlineData(65536, 0)]
    public void Create_ParametersOutOfBounds_IsRefused(int memoryKib, int passes) =>
        Should.Throw<FaultException>(() => Argon2Parameters.Create(memoryKib, passes))
            .Fault.Code.ShouldBe("passphrase.cost");

    private static byte[] WellFormed(EnvelopeKind kind, Argon2Parameters parameters)
    {
        byte[] bytes = new byte[EnvelopeLayout.Size];
        new EnvelopeHead(Keyspace, kind, 0x01020304, parameters).Write(bytes);
        bytes[EnvelopeLayout.Authentication.Start.Value] = 4;
        return bytes;
    }
}
