using System.Security.Cryptography;
using Coffer.Domain;
using Coffer.Sealing.Keys;

namespace Coffer.Sealing.Envelopes;

/// <summary>
/// 256 random bits that open an envelope when the passphrase is lost, and their text form: 56 signs in 14 groups of 4,
/// made for paper.
/// </summary>
/// <remarks>
/// Text: the key (32 bytes), then the first 3 bytes of SHA-256 over "coffer/1/recovery" and the key; five bits a sign,
/// most significant first, in Crockford's base 32. Read without regard to case, dashes and white space; o is 0, i and
/// l are 1. A mistyped text passes the check once in 16 million times, and then fails at the commitment.
/// </remarks>
public sealed class RecoveryKey : IDisposable
{
    private const int KeySize = 32;
    private const int CheckSize = 3;
    private const int BitsPerSign = 5;
    private const int Signs = (KeySize + CheckSize) * 8 / BitsPerSign;
    private const int GroupLength = 4;
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private readonly SecretBytes _bytes;

    private RecoveryKey(SecretBytes bytes) => _bytes = bytes;

    internal ReadOnlySpan<byte> Bytes => _bytes.Span;

    public static RecoveryKey New() => new(SecretBytes.Random(KeySize));

    /// <exception cref="FaultException"><c>recovery.mistyped</c>: a sign that does not belong, a wrong number of signs,
    /// or the check does not fit.</exception>
    public static RecoveryKey Parse(ReadOnlySpan<char> text)
    {
        using var whole = new SecretBytes(KeySize + CheckSize);
        int signs = ReadSigns(text, whole.Span);
        if (signs != Signs)
            throw Mistyped($"The recovery key has {signs} letters and digits; {Signs} are expected.");

        Span<byte> check = stackalloc byte[CheckSize];
        WriteCheck(whole.Span[..KeySize], check);
        if (!CryptographicOperations.FixedTimeEquals(check, whole.Span[KeySize..]))
            throw Mistyped("The recovery key is mistyped somewhere: its check does not fit.");
        return new RecoveryKey(new SecretBytes(whole.Span[..KeySize]));
    }

    /// <summary>The text form, lower case, groups joined by dashes.</summary>
    public string ToText()
    {
        using var whole = new SecretBytes(KeySize + CheckSize);
        _bytes.Span.CopyTo(whole.Span);
        WriteCheck(_bytes.Span, whole.Span[KeySize..]);
        Span<char> text = stackalloc char[Signs + Signs / GroupLength - 1];
        text.Fill('-');
        for (int sign = 0; sign < Signs; sign++) text[sign + sign / GroupLength] = Alphabet[ReadSign(whole.Span, sign)];
        string result = new(text);
        text.Clear();
        return result;
    }

    public void Dispose() => _bytes.Dispose();

    /// <summary>Never the key.</summary>
    public override string ToString() => "a recovery key";

    private static void WriteCheck(ReadOnlySpan<byte> key, Span<byte> check)
    {
        ReadOnlySpan<byte> prefix = "coffer/1/recovery"u8;
        Span<byte> message = stackalloc byte[prefix.Length + KeySize];
        prefix.CopyTo(message);
        key.CopyTo(message[prefix.Length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(message, hash);
        hash[..CheckSize].CopyTo(check);
        CryptographicOperations.ZeroMemory(message);
    }

    /// <summary>Returns how many signs there are, those beyond the expected number included.</summary>
    private static int ReadSigns(ReadOnlySpan<char> text, Span<byte> target)
    {
        int signs = 0;
        foreach (char c in text)
        {
            if (c == '-' || char.IsWhiteSpace(c)) continue;
            int value = ValueOf(c);
            if (value < 0)
                throw Mistyped($"Sign {signs + 1} of the recovery key is none that occurs in one.");
            if (signs < Signs) WriteSign(target, signs, value);
            signs++;
        }

        return signs;
    }

    private static int ValueOf(char c) => char.ToLowerInvariant(c) switch
    {
        'o' => 0,
        'i' or 'l' => 1,
        var sign => Alphabet.IndexOf(sign),
    };

    private static int ReadSign(ReadOnlySpan<byte> bytes, int sign)
    {
        int value = 0;
        for (int bit = sign * BitsPerSign; bit < (sign + 1) * BitsPerSign; bit++)
            value = (value << 1) | ((bytes[bit / 8] >> (7 - bit % 8)) & 1);
        return value;
    }

    private static void WriteSign(Span<byte> bytes, int sign, int value)
    {
        for (int i = 0; i < BitsPerSign; i++)
        {
            int bit = sign * BitsPerSign + i;
            bytes[bit / 8] |= (byte)(((value >> (BitsPerSign - 1 - i)) & 1) << (7 - bit % 8));
        }
    }

    private static FaultException Mistyped(string message) => FaultException.Usage("recovery.mistyped", message,
        "Compare it with the paper, group by group; dashes, spaces and capital letters do not matter.");
}
