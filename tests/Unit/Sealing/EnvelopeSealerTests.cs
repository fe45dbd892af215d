using System.Security.Cryptography;
using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Sealing;
using Coffer.Sealing.Envelopes;
using Coffer.Sealing.Keys;

namespace Coffer.Unit.Sealing;

public sealed class EnvelopeSealerTests
{
    private const string Passphrase = "a passphrase of the tests";

    [Fact]
    public void Open_RightPassphrase_GivesTheDataKey()
    {
        using var keys = KeyspaceKeys.New();
        var envelope = EnvelopeSealer.Create(keys, Passphrase, 7, Argon2Parameters.Default);
        envelope.Head.ShouldBe(new EnvelopeHead(keys.Keyspace, EnvelopeKind.Passphrase, 7, Argon2Parameters.Default));

        using var opened = EnvelopeSealer.Open(Envelope.Decode(envelope.Bytes, "a test"), Passphrase);
        opened.Keyspace.ShouldBe(keys.Keyspace);
        opened.DataKey.SequenceEqual(keys.DataKey).ShouldBeTrue();
    }

    [Theory]
    [InlineData("A passphrase of the tests", "passphrase.wrong")]
    [InlineData("too short", "passphrase.short")]
    public void Open_OtherPassphrase_SaysSo(string passphrase, string code)
    {
        using var keys = KeyspaceKeys.New();
        var envelope = EnvelopeSealer.Create(keys, Passphrase, 1, Argon2Parameters.Default);
        var fault = Should.Throw<FaultException>(() => EnvelopeSealer.Open(envelope, passphrase)).Fault;
        fault.Code.ShouldBe(code);
        fault.Kind.ShouldBe(FaultKind.Usage);
    }

    [Fact]
    public void Open_RecoveryKey_GivesTheDataKeyAndOthersAreWrong()
    {
        using var keys = KeyspaceKeys.New();
        using var recoveryKey = RecoveryKey.New();
        using var another = RecoveryKey.New();
        var envelope = EnvelopeSealer.Create(keys, recoveryKey, 2);
        envelope.Head.Parameters.ShouldBe(Argon2Parameters.None);

        using var opened = EnvelopeSealer.Open(envelope, recoveryKey);
        opened.DataKey.SequenceEqual(keys.DataKey).ShouldBeTrue();
        Should.Throw<FaultException>(() => EnvelopeSealer.Open(envelope, another))
            .Fault.Code.ShouldBe("recovery.wrong");
        Should.Throw<FaultException>(() => EnvelopeSealer.Open(envelope, Passphrase))
            .Fault.Code.ShouldBe("envelope.kind");
    }

    // With the secrets in hand, so that the salt counts as any other byte.
    [Fact]
    public void Open_AnyByteChanged_IsNeverAccepted()
    {
        using var keys = KeyspaceKeys.New();
        using var recoveryKey = RecoveryKey.New();
        var envelope = EnvelopeSealer.Create(keys, recoveryKey, 2);
        using var secrets = EnvelopeSecrets.FromRecoveryKey(recoveryKey, envelope.Salt);
        for (int at = 0; at < EnvelopeLayout.Size; at++)
        {
            byte[] bytes = envelope.Bytes.ToArray();
            bytes[at] ^= 1;
            var error = Should.Throw<Exception>(() => EnvelopeSealer.Open(Envelope.Decode(bytes, "a test"), secrets));
            bool inCommitment = at >= EnvelopeLayout.Commitment.Start.Value && at < EnvelopeLayout.Commitment.End.Value;
            if (inCommitment) (error as FaultException)?.Fault.Code.ShouldBe("recovery.wrong");
            else error.ShouldBeOfType<CorruptionException>($"byte {at}");
        }
    }

    // Else a vault could make a right secret look wrong.
    [Fact]
    public void Open_SecretsOfAnotherSalt_IsCorruption()
    {
        using var keys = KeyspaceKeys.New();
        using var recoveryKey = RecoveryKey.New();
        var envelope = EnvelopeSealer.Create(keys, recoveryKey, 1);
        using var secrets = EnvelopeSecrets.FromRecoveryKey(recoveryKey, new byte[EnvelopeLayout.SaltSize]);
        Should.Throw<CorruptionException>(() => EnvelopeSealer.Open(envelope, secrets)).Expected.ShouldContain("salt");
    }

    // Who knows the passphrase alone can wrap another data key, but not sign for this keyspace's.
    [Fact]
    public void Open_SignedByAnotherKey_IsCorruption()
    {
        using var keys = KeyspaceKeys.New();
        using var other = KeyspaceKeys.New();
        using var recoveryKey = RecoveryKey.New();
        byte[] bytes = EnvelopeSealer.Create(keys, recoveryKey, 1).Bytes.ToArray();
        other.AccessKey.SignData(bytes.AsSpan(EnvelopeLayout.Signed), HashAlgorithmName.SHA256)
            .CopyTo(bytes.AsSpan(EnvelopeLayout.Signature));
        Should.Throw<CorruptionException>(() => EnvelopeSealer.Open(Envelope.Decode(bytes, "a test"), recoveryKey))
            .Expected.ShouldContain("signature");
    }

    [Fact]
    public void Authentication_OfTheEnvelope_IsTheSecretsPublicKey()
    {
        using var keys = KeyspaceKeys.New();
        using var recoveryKey = RecoveryKey.New();
        var envelope = EnvelopeSealer.Create(keys, recoveryKey, 1);
        using var secrets = EnvelopeSecrets.FromRecoveryKey(recoveryKey, envelope.Salt);
        byte[] challenge = RandomNumberGenerator.GetBytes(32);
        byte[] signature = secrets.AuthenticationKey.SignData(challenge, HashAlgorithmName.SHA256);

        var point = new ECPoint
        {
            X = envelope.Authentication[1..33].ToArray(),
            Y = envelope.Authentication[33..].ToArray(),
        };
        using var verifier = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
        verifier.VerifyData(challenge, signature, HashAlgorithmName.SHA256).ShouldBeTrue();
    }

    [Fact]
    public void Create_Twice_SharesNoSaltOrNonce()
    {
        using var keys = KeyspaceKeys.New();
        using var recoveryKey = RecoveryKey.New();
        var one = EnvelopeSealer.Create(keys, recoveryKey, 1);
        var two = EnvelopeSealer.Create(keys, recoveryKey, 1);
        one.Salt.SequenceEqual(two.Salt).ShouldBeFalse();
        one.Nonce.SequenceEqual(two.Nonce).ShouldBeFalse();
        one.Authentication.SequenceEqual(two.Authentication).ShouldBeFalse();
    }

    [Fact]
    public void Open_GoldenEnvelopes_StillOpen()
    {
        byte[] dataKey = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        using var byPassphrase = EnvelopeSealer.Open(
            Envelope.Decode(Convert.FromHexString(GoldenEnvelopes.ByPassphrase), "golden"), GoldenEnvelopes.Passphrase);
        byPassphrase.DataKey.ToArray().ShouldBe(dataKey);

        using var recoveryKey = RecoveryKey.Parse(GoldenEnvelopes.RecoveryKey);
        using var byRecovery = EnvelopeSealer.Open(
            Envelope.Decode(Convert.FromHexString(GoldenEnvelopes.ByRecoveryKey), "golden"), recoveryKey);
        byRecovery.DataKey.ToArray().ShouldBe(dataKey);
    }
}
