using System.Security.Cryptography;
using System.Text;

namespace Coffer.Domain.Security.Pins;

/// <summary>
/// The signs of a PIN: Crockford's base 32, which has no letters that look like digits and takes those that people
/// write in their place (crockford.com/base32.html). Ten signs in two groups: <c>7KQ2M-XR40B</c>.
/// </summary>
internal static class PinText
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int GroupLength = 5;

    /// <summary>One sign for each byte: 256 is a multiple of 32, so every sign is as likely as any other.</summary>
    public static string From(ReadOnlySpan<byte> random)
    {
        var text = new StringBuilder(random.Length + 1);
        for (int i = 0; i < random.Length; i++)
        {
            if (i > 0 && i % GroupLength == 0) text.Append('-');
            text.Append(Alphabet[random[i] % Alphabet.Length]);
        }

        return text.ToString();
    }

    /// <summary>
    /// HMAC-SHA-256 of the text as it is meant: case, spaces and hyphens do not count, O is 0, I and L are 1. Text of
    /// any length and kind has a hash, so that a wrong one costs what the right one does.
    /// </summary>
    /// <remarks>
    /// A plain hash is enough for 50 random bits that are worth nothing five minutes later: all of them in that time
    /// would take 4 × 10^12 hashes a second.
    /// </remarks>
    public static byte[] Hash(ReadOnlySpan<byte> salt, ReadOnlySpan<char> typed)
    {
        Span<byte> meant = stackalloc byte[SecurityLimits.PinCharacters + 1];
        int length = 0;
        foreach (char sign in typed)
        {
            if (sign is '-' or ' ') continue;
            if (length == meant.Length) break;
            meant[length++] = Meant(sign);
        }

        return HMACSHA256.HashData(salt, meant[..length]);
    }

    private static byte Meant(char sign) => char.ToUpperInvariant(sign) switch
    {
        'O' => (byte)'0',
        'I' or 'L' => (byte)'1',
        < (char)128 and var upper => (byte)upper,
        _ => 0,
    };
}
