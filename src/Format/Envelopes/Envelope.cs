using Coffer.Domain;

namespace Coffer.Format.Envelopes;

/// <summary>
/// A data key wrapped under a passphrase or a recovery key, as it lies in the vault: clear, write-once, keyless.
/// Well formed by construction; whether it is genuine only its keys can tell.
/// </summary>
public sealed class Envelope
{
    private readonly byte[] _bytes;

    private Envelope(byte[] bytes, EnvelopeHead head) => (_bytes, Head) = (bytes, head);

    public EnvelopeHead Head { get; }

    /// <summary>The envelope as stored, <see cref="EnvelopeLayout.Size"/> bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    public ReadOnlySpan<byte> Salt => _bytes.AsSpan(EnvelopeLayout.Salt);

    /// <summary>The public key that a vault asks a signature of before it hands the wrapped key out.</summary>
    public ReadOnlySpan<byte> Authentication => _bytes.AsSpan(EnvelopeLayout.Authentication);

    public ReadOnlySpan<byte> Commitment => _bytes.AsSpan(EnvelopeLayout.Commitment);

    public ReadOnlySpan<byte> Nonce => _bytes.AsSpan(EnvelopeLayout.Nonce);

    public ReadOnlySpan<byte> WrappedKey => _bytes.AsSpan(EnvelopeLayout.WrappedKey);

    public ReadOnlySpan<byte> Signature => _bytes.AsSpan(EnvelopeLayout.Signature);

    /// <inheritdoc cref="EnvelopeLayout.Associated"/>
    public ReadOnlySpan<byte> Associated => _bytes.AsSpan(EnvelopeLayout.Associated);

    /// <inheritdoc cref="EnvelopeLayout.Signed"/>
    public ReadOnlySpan<byte> Signed => _bytes.AsSpan(EnvelopeLayout.Signed);

    /// <summary>Reads and checks exactly one envelope; the bytes are copied.</summary>
    /// <param name="bytes">All of them and no more.</param>
    /// <param name="place">Where they came from, for the error.</param>
    /// <exception cref="CorruptionException">Length, magic, kind, parameters or key are not an envelope's.</exception>
    /// <exception cref="FaultException"><c>format.newer</c>: a later version than this program knows.</exception>
    public static Envelope Decode(ReadOnlySpan<byte> bytes, string place)
    {
        if (bytes.Length <= EnvelopeLayout.VersionAt || !bytes.StartsWith(EnvelopeLayout.Magic))
            throw new CorruptionException(place, "an envelope", "other bytes");

        // A later version may differ in length too, so it is told before the length is looked at.
        byte version = bytes[EnvelopeLayout.VersionAt];
        if (version > EnvelopeLayout.Version)
            throw FaultException.Failed("format.newer",
                $"{place} is an envelope of version {version}; this program knows version {EnvelopeLayout.Version}.",
                "Use a newer Coffer to open it.");
        if (version != EnvelopeLayout.Version)
            throw new CorruptionException(place, "an envelope version", $"version {version}");
        if (bytes.Length != EnvelopeLayout.Size)
            throw new CorruptionException(place, $"{EnvelopeLayout.Size} bytes", $"{bytes.Length} bytes");

        var head = EnvelopeHead.Read(bytes, place);
        if (bytes[EnvelopeLayout.Authentication][0] != EnvelopeLayout.UncompressedPoint)
            throw new CorruptionException(place, "an uncompressed public key", "other bytes");
        return new Envelope(bytes.ToArray(), head);
    }
}
