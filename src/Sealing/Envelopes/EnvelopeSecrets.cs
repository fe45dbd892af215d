using System.Security.Cryptography;
using System.Text;
using Coffer.Domain;
using Coffer.Domain.Passphrases;
using Coffer.Format.Envelopes;
using Coffer.Sealing.Argon2;
using Coffer.Sealing.Keys;

namespace Coffer.Sealing.Envelopes;

/// <summary>
/// What a passphrase or a recovery key gives for one salt: the wrap key, the authentication key, the commitment.
/// Costs one Argon2id (passphrase) and can then both answer a vault and open the envelope.
/// </summary>
/// <remarks>
/// Passphrase: secret = Argon2id(passphrase as ASCII, salt, parameters), 32 bytes. Recovery key: secret = its 32 bytes.
/// Then HKDF-SHA-256 with the envelope's salt as salt and the infos <c>coffer/1/wrap</c> (32 bytes),
/// <c>coffer/1/authentication</c> (48 bytes, made into a P-256 scalar) and <c>coffer/1/commitment</c> (32 bytes).
/// </remarks>
public sealed class EnvelopeSecrets : IDisposable
{
    private const int SecretSize = 32;

    private readonly SecretBytes _extracted = new(KeyDerivation.ExtractedSize);
    private readonly SecretBytes _wrapKey = new(XAes256Gcm.KeySize);
    private readonly SecretBytes _commitment = new(SecretSize);
    private ECDsa? _authenticationKey;

    private EnvelopeSecrets(
        EnvelopeKind kind, Argon2Parameters parameters, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> secret)
    {
        (Kind, Parameters, Salt) = (kind, parameters, salt.ToArray());
        KeyDerivation.Extract(secret, salt, _extracted.Span);
        KeyDerivation.Expand(_extracted.Span, "wrap"u8, _wrapKey.Span);
        KeyDerivation.Expand(_extracted.Span, "commitment"u8, _commitment.Span);
    }

    public EnvelopeKind Kind { get; }

    public Argon2Parameters Parameters { get; }

    /// <summary>Signs a vault's challenge (ECDSA P-256). Made when first asked for; disposed with this.</summary>
    public ECDsa AuthenticationKey => _authenticationKey ??= SigningKeys.Derive(_extracted.Span, "authentication"u8);

    internal byte[] Salt { get; }

    internal ReadOnlySpan<byte> WrapKey => _wrapKey.Span;

    internal ReadOnlySpan<byte> Commitment => _commitment.Span;

    /// <param name="passphrase">Checked against <see cref="PassphraseRules"/> before anything is computed.</param>
    /// <param name="salt"><see cref="EnvelopeLayout.SaltSize"/> bytes.</param>
    /// <param name="parameters">What it may cost; not <see cref="Argon2Parameters.None"/>.</param>
    /// <exception cref="FaultException">The passphrase breaks a rule, or <c>memory.short</c>.</exception>
    public static EnvelopeSecrets FromPassphrase(
        ReadOnlySpan<char> passphrase, ReadOnlySpan<byte> salt, Argon2Parameters parameters)
    {
        if (PassphraseRules.Broken(passphrase) is { } fault) throw new FaultException(fault);
        Invariant.Holds(salt.Length == EnvelopeLayout.SaltSize);
        using var ascii = new SecretBytes(passphrase.Length);
        Invariant.Holds(Encoding.ASCII.GetBytes(passphrase, ascii.Span) == passphrase.Length);
        using var secret = new SecretBytes(SecretSize);
        Argon2id.Derive(ascii.Span, salt, parameters, secret.Span);
        return new EnvelopeSecrets(EnvelopeKind.Passphrase, parameters, salt, secret.Span);
    }

    /// <param name="recoveryKey">Not disposed.</param>
    /// <param name="salt"><see cref="EnvelopeLayout.SaltSize"/> bytes.</param>
    public static EnvelopeSecrets FromRecoveryKey(RecoveryKey recoveryKey, ReadOnlySpan<byte> salt)
    {
        Invariant.Holds(salt.Length == EnvelopeLayout.SaltSize);
        return new EnvelopeSecrets(EnvelopeKind.Recovery, Argon2Parameters.None, salt, recoveryKey.Bytes);
    }

    public void Dispose()
    {
        _authenticationKey?.Dispose();
        _extracted.Dispose();
        _wrapKey.Dispose();
        _commitment.Dispose();
    }
}
