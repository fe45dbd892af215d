using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Coffer.EndToEnd.Serving.Security;

/// <summary>An authenticator app (RFC 6238, SHA-1, six digits, 30 s), without the product's code.</summary>
internal static class Totp
{
    public static string CodeOf(string uri, DateTimeOffset now)
    {
        string secret = uri.Split('?')[1].Split('&')
            .Single(part => part.StartsWith("secret=", StringComparison.Ordinal));
        byte[] counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, now.ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350 // what authenticator apps compute
        byte[] mac = HMACSHA1.HashData(Base32(secret["secret=".Length..]), counter);
#pragma warning restore CA5350
        int code = BinaryPrimitives.ReadInt32BigEndian(mac.AsSpan(mac[^1] & 15)) & int.MaxValue;
        return $"{code % 1_000_000:d6}";
    }

    private static byte[] Base32(string text)
    {
        var bytes = new List<byte>();
        int held = 0, bits = 0;
        foreach (char sign in text)
        {
            held = (held << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(sign, StringComparison.Ordinal);
            bits += 5;
            if (bits < 8) continue;
            bits -= 8;
            bytes.Add((byte)(held >> bits));
            held &= (1 << bits) - 1;
        }

        return [.. bytes];
    }
}
