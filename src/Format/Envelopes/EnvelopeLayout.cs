namespace Coffer.Format.Envelopes;

/// <summary>
/// Where each field of an envelope lies. Version 1, little endian, no padding, always <see cref="Size"/> bytes.
/// </summary>
/// <remarks>
/// Two prefixes are authenticated: the wrapped key's associated data is all before <see cref="Nonce"/>, and the
/// signature covers all before itself.
/// </remarks>
public static class EnvelopeLayout
{
    /// <summary>The only version so far.</summary>
    public const byte Version = 1;

    /// <summary>First byte of an uncompressed point (SEC 1, 2.3.3).</summary>
    public const byte UncompressedPoint = 4;

    /// <summary>Bytes of a whole envelope.</summary>
    public const int Size = SignatureAt + SignatureSize;

    /// <summary>Bytes of <see cref="Salt"/>.</summary>
    public const int SaltSize = 16;

    /// <summary>Bytes of <see cref="Nonce"/>.</summary>
    public const int NonceSize = 24;

    /// <summary>Bytes of an uncompressed P-256 point: 4, X (32, big endian), Y (32, big endian).</summary>
    public const int PointSize = 65;

    internal const int VersionAt = 4;
    internal const int KeyspaceAt = 5;
    internal const int KindAt = 21;
    internal const int NumberAt = 22;
    internal const int SaltAt = 26;
    internal const int MemoryKibAt = 42;
    internal const int PassesAt = 46;
    internal const int LanesAt = 50;
    private const int AuthenticationAt = 54;
    private const int CommitmentAt = AuthenticationAt + PointSize;
    private const int NonceAt = CommitmentAt + 32;
    private const int WrappedKeyAt = NonceAt + NonceSize;
    private const int SignatureAt = WrappedKeyAt + 48;
    private const int SignatureSize = 64;

    /// <summary>First four bytes: "CFEV".</summary>
    public static ReadOnlySpan<byte> Magic => "CFEV"u8;

    /// <summary>26, 16 bytes: random; Argon2id's salt, and HKDF's.</summary>
    public static Range Salt => SaltAt..MemoryKibAt;

    /// <summary>54, 65 bytes: the authentication public key, an uncompressed P-256 point.</summary>
    public static Range Authentication => AuthenticationAt..CommitmentAt;

    /// <summary>119, 32 bytes: equal only under the right passphrase or recovery key.</summary>
    public static Range Commitment => CommitmentAt..NonceAt;

    /// <summary>151, 24 bytes: random; the XAES-256-GCM nonce of the wrapped key.</summary>
    public static Range Nonce => NonceAt..WrappedKeyAt;

    /// <summary>175, 48 bytes: the data key (32) sealed under the wrap key, then the tag (16).</summary>
    public static Range WrappedKey => WrappedKeyAt..SignatureAt;

    /// <summary>223, 64 bytes: ECDSA P-256 with SHA-256 by the access key, IEEE P1363 (r, s; big endian).</summary>
    public static Range Signature => SignatureAt..Size;

    /// <summary>What the wrapped key is bound to: all before the nonce.</summary>
    public static Range Associated => ..NonceAt;

    /// <summary>What the signature covers: all before it.</summary>
    public static Range Signed => ..SignatureAt;
}
