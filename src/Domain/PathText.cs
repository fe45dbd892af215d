using System.Buffers;
using System.Globalization;
using System.Text;

namespace Coffer.Domain;

/// <summary>
/// Bytes of a name shown to people, and back. Valid UTF-8 without control characters stays as it is; any other
/// byte becomes <c>\xNN</c>, a backslash <c>\\</c>, so that two different names never look the same.
/// </summary>
public static class PathText
{
    public static string Render(ReadOnlySpan<byte> path)
    {
        var text = new StringBuilder(path.Length);
        while (!path.IsEmpty)
        {
            bool isText = Rune.DecodeFromUtf8(path, out Rune rune, out int used) == OperationStatus.Done;
            if (rune.Value == '\\' && isText)
                text.Append(@"\\");
            else if (isText && !IsHidden(rune))
                text.Append(rune.ToString());
            else
                AppendEscaped(text, path[..used]);
            path = path[used..];
        }

        return text.ToString();
    }

    /// <summary>
    /// A rendered path or pattern as one word of a shell's command line, to be copied from a message.
    /// </summary>
    public static string AsWord(string rendered)
    {
        foreach (char sign in rendered)
        {
            if (char.IsLetterOrDigit(sign) || "/._-+,:=@%".Contains(sign, StringComparison.Ordinal)) continue;
            return $"'{rendered.Replace("'", @"'\''", StringComparison.Ordinal)}'";
        }

        return rendered.Length == 0 ? "''" : rendered;
    }

    /// <summary>The bytes that <see cref="Render"/> was given; text with no escape in it is taken as UTF-8.</summary>
    public static byte[] Parse(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal)) return Encoding.UTF8.GetBytes(text);
        var bytes = new List<byte>(text.Length);
        for (int i = 0; i < text.Length;)
        {
            if (text[i] != '\\')
            {
                int end = text.IndexOf('\\', i);
                if (end < 0) end = text.Length;
                bytes.AddRange(Encoding.UTF8.GetBytes(text[i..end]));
                i = end;
            }
            else if (i + 3 < text.Length && text[i + 1] == 'x' && TryHex(text.AsSpan(i + 2, 2), out byte value))
            {
                bytes.Add(value);
                i += 4;
            }
            else
            {
                bytes.Add((byte)'\\');
                i += i + 1 < text.Length && text[i + 1] == '\\' ? 2 : 1;
            }
        }

        return [.. bytes];
    }

    // Control and format characters could turn a listing around or hide part of a name.
    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned;

    private static bool TryHex(ReadOnlySpan<char> text, out byte value) =>
        byte.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);

    private static void AppendEscaped(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes) text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
    }
}
