using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Coffer.Domain.Security.SignIn;

/// <summary>
/// Time-based one-time passwords: RFC 6238 with HMAC-SHA-1, steps of 30 seconds and six digits, the only values that
/// every authenticator app takes. SHA-1 is sound here: HMAC does not rest on collisions.
/// </summary>
public static class Totp
{
    public const int Digits = 6;
    public const int StepSeconds = 30;

    /// <summary>160 bits, as RFC 4226 (section 4, R6) advises.</summary>
    public const int KeySize = 20;

    private const int Modulus = 1_000_000;

    /// <summary>The number of the step at a time; negative before 1970.</summary>
    public static long StepAt(DateTimeOffset time)
    {
        var (step, rest) = Math.DivRem(time.ToUnixTimeSeconds(), StepSeconds);
        return rest < 0 ? step - 1 : step;
    }

    /// <summary>The code of one step, 0 to 999,999 (RFC 4226, section 5.3: dynamic truncation).</summary>
    public static int CodeAt(ReadOnlySpan<byte> key, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> mac = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(key, counter, mac);
        int offset = mac[^1] & 15;
        return (BinaryPrimitives.ReadInt32BigEndian(mac[offset..]) & int.MaxValue) % Modulus;
    }

    /// <summary>Six digits; spaces do not count. Null for anything else.</summary>
    public static int? Read(ReadOnlySpan<char> typed)
    {
        int code = 0, digits = 0;
        foreach (char sign in typed)
        {
            if (sign == ' ') continue;
            if (!char.IsAsciiDigit(sign) || ++digits > Digits) return null;
            code = code * 10 + (sign - '0');
        }

        return digits == Digits ? code : null;
    }

    /// <summary>What an authenticator app reads from a square code (the format is Google Authenticator's).</summary>
    /// <param name="issuer">The vault's service; colons, which part it from the account, are taken out.</param>
    public static string Uri(string issuer, string account, ReadOnlySpan<byte> key)
    {
        string service = System.Uri.EscapeDataString(issuer.Replace(':', ' '));
        string person = System.Uri.EscapeDataString(account.Replace(':', ' '));
        return $"otpauth://totp/{service}:{person}?secret={Base32.Encode(key)}&issuer={service}"
            + $"&algorithm=SHA1&digits={Digits}&period={StepSeconds}";
    }
}
