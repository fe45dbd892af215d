using System.Globalization;
using System.Text;

namespace Coffer.Domain.Policies.Exclusions;

/// <summary>A size as people write it, with its unit: <c>100B</c>, <c>500MB</c>, <c>1.5GB</c>, <c>4GiB</c>.</summary>
internal static class FileSize
{
    private static readonly (string Unit, decimal Bytes)[] s_units =
    [
        ("B", 1), ("KB", 1e3m), ("MB", 1e6m), ("GB", 1e9m), ("TB", 1e12m),
        ("KIB", 1L << 10), ("MIB", 1L << 20), ("GIB", 1L << 30), ("TIB", 1L << 40),
    ];

    /// <summary>Case is all the same, as no file has half a bit.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long bytes)
    {
        bytes = 0;
        int digits = text.IndexOfAnyExcept("0123456789."u8);
        if (digits < 0) digits = text.Length;
        string unit = Encoding.Latin1.GetString(text[digits..]).ToUpperInvariant();
        int found = Array.FindIndex(s_units, known => known.Unit == unit);
        bool isNumber = decimal.TryParse(
            text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number);
        if (found < 0 || !isNumber || number > long.MaxValue / s_units[found].Bytes) return false;
        bytes = (long)(number * s_units[found].Bytes);
        return true;
    }
}
