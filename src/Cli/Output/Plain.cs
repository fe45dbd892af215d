using System.Globalization;
using System.Text;

namespace Coffer.Cli.Output;

/// <summary>
/// One line that a terminal takes as text alone. Names in points are rendered before; what else is told, arguments and
/// the system's messages, could still move the cursor or hide a part of the line.
/// </summary>
internal static class Plain
{
    public static string Of(string text)
    {
        foreach (char c in text)
            if (char.IsControl(c)) return Escaped(text);
        return text;
    }

    private static string Escaped(string text)
    {
        var plain = new StringBuilder(text.Length + 8);
        foreach (char c in text)
        {
            if (char.IsControl(c)) plain.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
            else plain.Append(c);
        }

        return plain.ToString();
    }
}
