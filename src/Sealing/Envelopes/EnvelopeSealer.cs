using System.Security.Cryptography;
using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Sealing.Keys;

namespace Coffer.Sealing.Envelopes;

/// <summary>Makes envelopes and opens them.</summary>
/// <remarks>
/// An envelope comes from a store that nobody trusts. Opening goes in this order:
/// 1. The commitment is compared, in fixed time: whatever else is wrong, only a wrong secret fails here.
/// 2. The data key is unwrapped, bound to all that comes before the nonce.
/// 3. The signature over all before it is verified with the access key of the data key just opened.
/// </remarks>
public static class EnvelopeSealer
{
    /// <summary>Wraps the keyspace's data key under a passphrase, with a fresh salt.</summary>
    /// <param name="keys">Whose data key is wrapped and whose access key signs.</param>
    /// <param name="passphrase">Must keep the rules of passphrases.</param>
    /// <param name="number">Above that of every envelope of this keyspace so far.</param>
    /// <param name="parameters">What trying one passphrase shall cost.</param>
    public static Envelope Create(
        KeyspaceKeys keys, ReadOnlySpan<char> passphrase, uint number, Argon2Parameters parameters)
    {
        Span<byte> salt = stackalloc byte[EnvelopeLayout.SaltSize];
        RandomNumberGenerator.Fill(salt);
        using var secrets = EnvelopeSecrets.FromPassphrase(passphrase, salt, parameters);
        return Create(keys, secrets, number);
    }

    /// <summary>Wraps the keyspace's data key under a recovery key, with a fresh salt.</summary>
    public static Envelope Create(KeyspaceKeys keys, RecoveryKey recoveryKey, uint number)
    {
        Span<byte> salt = stackalloc byte[EnvelopeLayout.SaltSize];
        RandomNumberGenerator.Fill(salt);
        using var secrets = EnvelopeSecrets.FromRecoveryKey(recoveryKey, salt);
        return Create(keys, secrets, number);
    }

    /// <summary>Opens an envelope of kind <see cref="EnvelopeKind.Passphrase"/>.</summary>
    /// <exception cref="FaultException"><c>passphrase.wrong</c>, a broken rule of passphrases, <c>memory.short</c>,
    /// <c>envelope.kind</c>.</exception>
    /// <exception cref="CorruptionException">The passphrase is right and the envelope is not genuine.</exception>
    public static KeyspaceKeys Open(Envelope envelope, ReadOnlySpan<char> passphrase)
    {
        RequireKind(envelope, EnvelopeKind.Passphrase);
        using var secrets = EnvelopeSecrets.FromPassphrase(passphrase, envelope.Salt, envelope.Head.Parameters);
        return Open(envelope, secrets);
    }

    /// <summary>Opens an envelope of kind <see cref="EnvelopeKind.Recovery"/>.</summary>
    /// <exception cref="FaultException"><c>recovery.wrong</c>, <c>envelope.kind</c>.</exception>
    /// <exception cref="CorruptionException">The recovery key is right and the envelope is not genuine.</exception>
    public static KeyspaceKeys Open(Envelope envelope, RecoveryKey recoveryKey)
    {
        RequireKind(envelope, EnvelopeKind.Recovery);
        using var secrets = EnvelopeSecrets.FromRecoveryKey(recoveryKey, envelope.Salt);
        return Open(envelope, secrets);
    }

    /// <summary>Opens with secrets that were made from this envelope's salt and parameters.</summary>
    /// <exception cref="FaultException"><c>passphrase.wrong</c> or <c>recovery.wrong</c>.</exception>
    /// <exception cref="CorruptionException">The secret is right and the envelope is not genuine.</exception>
    public static KeyspaceKeys Open(Envelope envelope, EnvelopeSecrets secrets)
    {
        RequireKind(envelope, secrets.Kind);

        // A vault that hands out one salt and then another's envelope must not look like a wrong passphrase.
        if (!envelope.Salt.SequenceEqual(secrets.Salt) || envelope.Head.Parameters != secrets.Parameters)
            throw NotGenuine(envelope, "the salt and parameters that were handed out before", "others");
        if (!CryptographicOperations.FixedTimeEquals(envelope.Commitment, secrets.Commitment))
            throw WrongSecret(secrets.Kind);

        using var dataKey = new SecretBytes(KeyspaceKeys.KeySize);
        using var cipher = new XAes256Gcm(secrets.WrapKey);
        if (!cipher.TryOpen(envelope.Nonce, envelope.WrappedKey, dataKey.Span, envelope.Associated))
            throw NotGenuine(envelope, "a wrapped key that opens", "one that does not");

        var keys = new KeyspaceKeys(envelope.Head.Keyspace, dataKey.Span);
        if (IsSigned(envelope, keys)) return keys;
        keys.Dispose();
        throw NotGenuine(envelope, "a signature by the keyspace's access key", "another");
    }

    /// <summary>
    /// True where the keyspace's access key signed it: whoever has the keys needs no passphrase to tell.
    /// </summary>
    public static bool IsSigned(Envelope envelope, KeyspaceKeys keys) => keys.AccessKey.VerifyData(
        envelope.Signed, envelope.Signature, HashAlgorithmName.SHA256,
        DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    internal static Envelope Create(KeyspaceKeys keys, EnvelopeSecrets secrets, uint number)
    {
        Span<byte> bytes = stackalloc byte[EnvelopeLayout.Size];
        new EnvelopeHead(keys.Keyspace, secrets.Kind, number, secrets.Parameters).Write(bytes);
        secrets.Salt.CopyTo(bytes[EnvelopeLayout.Salt]);
        SigningKeys.WritePoint(secrets.AuthenticationKey, bytes[EnvelopeLayout.Authentication]);
        secrets.Commitment.CopyTo(bytes[EnvelopeLayout.Commitment]);
        RandomNumberGenerator.Fill(bytes[EnvelopeLayout.Nonce]);
        using var cipher = new XAes256Gcm(secrets.WrapKey);
        cipher.Seal(
            bytes[EnvelopeLayout.Nonce], keys.DataKey,
            bytes[EnvelopeLayout.WrappedKey], bytes[EnvelopeLayout.Associated]);
        Invariant.Holds(keys.AccessKey.TrySignData(
            bytes[EnvelopeLayout.Signed], bytes[EnvelopeLayout.Signature], HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation, out int written) && written == 64);
        return Envelope.Decode(bytes, "a new envelope");
    }

    private static void RequireKind(Envelope envelope, EnvelopeKind kind)
    {
        if (envelope.Head.Kind == kind) return;
        throw kind == EnvelopeKind.Passphrase
            ? FaultException.Usage("envelope.kind", "This envelope opens with a recovery key, not with a passphrase.")
            : FaultException.Usage("envelope.kind", "This envelope opens with a passphrase, not with a recovery key.");
    }

    private static FaultException WrongSecret(EnvelopeKind kind) => kind == EnvelopeKind.Passphrase
        ? FaultException.Usage("passphrase.wrong",
            "The passphrase is not the one that this server's data is locked with.",
            "Check capital letters, spaces and the keyboard's language; the vault cannot tell it.")
        : FaultException.Usage("recovery.wrong",
            "The recovery key is not the one that this server's data is locked with.",
            "Check that it belongs to this server and that no newer one was made.");

    private static CorruptionException NotGenuine(Envelope envelope, string expected, string found) =>
        new($"envelope {envelope.Head.Number} of keyspace {envelope.Head.Keyspace}", expected, found);
}
