using System.Security.Cryptography;

namespace Coffer.Sealing.Keys;

/// <summary>
/// HKDF-SHA-256 (RFC 5869) with the info <c>coffer/1/NAME</c>: one key gives many, none of which tells of another.
/// </summary>
internal static class KeyDerivation
{
    /// <summary>Bytes of an extracted key.</summary>
    public const int ExtractedSize = SHA256.HashSizeInBytes;

    private static ReadOnlySpan<byte> Prefix => "coffer/1/"u8;

    /// <summary>RFC 5869, 2.2.</summary>
    /// <param name="secret">The key to derive from.</param>
    /// <param name="salt">Empty where the secret is uniformly random and used once.</param>
    /// <param name="extracted"><see cref="ExtractedSize"/> bytes.</param>
    public static void Extract(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, Span<byte> extracted) =>
        _ = HKDF.Extract(HashAlgorithmName.SHA256, secret, salt, extracted);

    /// <summary>RFC 5869, 2.3; fills <paramref name="key"/>.</summary>
    /// <param name="extracted">What <see cref="Extract"/> made.</param>
    /// <param name="name">One of the names in docs/format.md, ASCII.</param>
    /// <param name="key">The derived key.</param>
    public static void Expand(ReadOnlySpan<byte> extracted, ReadOnlySpan<byte> name, Span<byte> key)
    {
        Span<byte> info = stackalloc byte[Prefix.Length + name.Length];
        Prefix.CopyTo(info);
        name.CopyTo(info[Prefix.Length..]);
        HKDF.Expand(HashAlgorithmName.SHA256, extracted, key, info);
    }
}
