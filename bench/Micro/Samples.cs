namespace Coffer.Micro;

/// <summary>Bytes to work on: the same in each run, so that runs can be compared.</summary>
internal static class Samples
{
    private const ulong Seed = 0x9E3779B97F4A7C15;

    private static readonly byte[][] s_words =
    [
        "static "u8.ToArray(), "int "u8.ToArray(), "return "u8.ToArray(), "struct "u8.ToArray(), "if ("u8.ToArray(),
        ");\n"u8.ToArray(), "->"u8.ToArray(), "dev"u8.ToArray(), "\t"u8.ToArray(), "err"u8.ToArray(),
        " = "u8.ToArray(), "0x"u8.ToArray(), "unsigned "u8.ToArray(), "len"u8.ToArray(), "buf"u8.ToArray(),
    ];

    /// <summary>Does not compress.</summary>
    public static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        ulong state = Seed;
        for (int i = 0; i < length; i++) bytes[i] = (byte)(Next(ref state) >> 56);
        return bytes;
    }

    /// <summary>Compresses about as source code does: words of a small language with a number here and there.</summary>
    public static byte[] Text(int length)
    {
        var bytes = new byte[length];
        ulong state = Seed;
        for (int at = 0; at < length;)
        {
            ulong draw = Next(ref state) >> 32;
            ReadOnlySpan<byte> word = draw % 4 == 0 ? Digits(draw) : s_words[draw % (ulong)s_words.Length];
            int taken = Math.Min(word.Length, length - at);
            word[..taken].CopyTo(bytes.AsSpan(at));
            at += taken;
        }

        return bytes;
    }

    private static ReadOnlySpan<byte> Digits(ulong value) =>
        System.Text.Encoding.ASCII.GetBytes(value.ToString("x8", System.Globalization.CultureInfo.InvariantCulture));

    // xorshift64*, Vigna 2016.
    private static ulong Next(ref ulong state)
    {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        return state * 0x2545F4914F6CDD1D;
    }
}
