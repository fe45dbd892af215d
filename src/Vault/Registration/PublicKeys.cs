using System.Security.Cryptography;
using Coffer.Domain;
using Coffer.Format.Envelopes;

namespace Coffer.Vault.Registration;

/// <summary>ECDSA P-256 with SHA-256, signatures as r then s. The vault only ever verifies.</summary>
internal static class PublicKeys
{
    private const int CoordinateSize = 32;

    /// <exception cref="FaultException">Not a P-256 public key.</exception>
    public static ECDsa Import(byte[] subjectPublicKey, string whose)
    {
        if (subjectPublicKey.Length > Limits.PublicKeyBytes) throw NotAKey(whose);
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(subjectPublicKey, out int read);
            if (read == subjectPublicKey.Length && key.KeySize == 256) return key;
        }
        catch (CryptographicException)
        {
            // Told below, like a key of another kind.
        }
        key.Dispose();
        throw NotAKey(whose);
    }

    public static bool IsSigned(Envelope envelope, byte[] accessKey) =>
        IsSigned(envelope.Signed, envelope.Signature, accessKey);

    public static bool IsSigned(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, byte[] accessKey)
    {
        using var key = Import(accessKey, "access key");
        return key.VerifyData(
            message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>True where the passphrase or recovery key of <paramref name="envelope"/> made the proof.</summary>
    public static bool IsProved(Envelope envelope, byte[] message, byte[] proof)
    {
        var point = envelope.Authentication;
        try
        {
            using var key = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint
                {
                    X = point.Slice(1, CoordinateSize).ToArray(),
                    Y = point[(1 + CoordinateSize)..].ToArray(),
                },
            });
            return key.VerifyData(
                message, proof, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            return false; // a point that is not on the curve proves nothing
        }
    }

    private static FaultException NotAKey(string whose) => VaultFaults.Registration($"the {whose} is no P-256 key");
}
