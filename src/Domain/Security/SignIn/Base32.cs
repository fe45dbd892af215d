using System.Text;

namespace Coffer.Domain.Security.SignIn;

/// <summary>Bytes as letters and the digits 2 to 7 (RFC 4648, section 6): how authenticator apps take a key.</summary>
public static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int BitsASign = 5;

    /// <summary>Without padding, which those apps do not want.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder((bytes.Length * 8 + BitsASign - 1) / BitsASign);
        int held = 0, bits = 0;
        foreach (byte b in bytes)
        {
            held = (held << 8) | b;
            for (bits += 8; bits >= BitsASign; bits -= BitsASign)
                text.Append(Alphabet[(held >> (bits - BitsASign)) & 31]);
            held &= (1 << bits) - 1;
        }

        if (bits > 0) text.Append(Alphabet[(held << (BitsASign - bits)) & 31]);
        return text.ToString();
    }

    /// <summary>
    /// Either case, with or without padding, spaces anywhere; null where it is not base 32, or where bits are left
    /// over that are not zero: no two texts but for these liberties are the same bytes.
    /// </summary>
    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        var bytes = new List<byte>(text.Length * BitsASign / 8);
        int held = 0, bits = 0, signs = 0;
        foreach (char sign in text.TrimEnd(" =").ToString().Replace(" ", "").ToUpperInvariant())
        {
            int value = Alphabet.IndexOf(sign);
            if (value < 0) return null;
            signs++;
            held = (held << BitsASign) | value;
            bits += BitsASign;
            if (bits < 8) continue;
            bits -= 8;
            bytes.Add((byte)(held >> bits));
            held &= (1 << bits) - 1;
        }

        // One, three or six signs in the last group of eight hold a whole sign too many.
        return held != 0 || signs % 8 is 1 or 3 or 6 ? null : [.. bytes];
    }
}
