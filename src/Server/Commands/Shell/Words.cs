using System.Globalization;
using System.Text;
using Coffer.Domain.Wording;
using Coffer.Domain;

namespace Coffer.Server.Commands.Shell;

/// <summary>Figures, times and names for people, and back. JSON always has the plain ones.</summary>
internal static class Words
{
    private const int ShortLength = 12;

    private static readonly string[] s_units = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>Decimal units: <c>1.2 GB</c>.</summary>
    public static string Size(long bytes)
    {
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < s_units.Length - 1)
        {
            value /= 1000;
            unit++;
        }
        return value.ToString(unit == 0 || value >= 99.5 ? "0" : "0.0", CultureInfo.InvariantCulture)
            + " " + s_units[unit];
    }

    /// <summary><c>500GB</c>, <c>1.5 TB</c>, <c>GiB</c> for powers of 1024; plain bytes.</summary>
    /// <exception cref="FaultException"><c>quota.value</c>.</exception>
    public static long SizeOf(string text)
    {
        int end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.')) end++;
        string unit = text[end..].Trim().ToUpperInvariant();
        bool isBinary = unit.EndsWith("IB", StringComparison.Ordinal);
        int power = unit is "" or "B"
            ? 0
            : Array.FindIndex(s_units, known => $"{known[0]}".ToUpperInvariant() + (isBinary ? "IB" : "B") == unit);
        bool isNumber = decimal.TryParse(
            text.AsSpan(0, end), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value);
        if (isNumber && power >= 0)
        {
            for (int i = 0; i < power && value < long.MaxValue; i++) value *= isBinary ? 1024 : 1000;
            if (value <= long.MaxValue) return (long)value;
        }
        throw FaultException.Usage("quota.value", $"'{text}' is no size.", "Write 500GB, 1.5TB or 200GiB.");
    }

    public static string Count(long number, string one) => Counted.Of(number, one);

    /// <summary>The wall clock of this machine, to the minute.</summary>
    public static string Time(DateTimeOffset time) =>
        time.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    public static string Time(DateTimeOffset? time, string none) => time is { } known ? Time(known) : none;

    /// <summary>Enough of an id to name it by.</summary>
    public static string Short(string id) => id[..Math.Min(ShortLength, id.Length)];

    /// <summary><c>BackupReader</c> as <c>backup-reader</c>: how enumerations are typed and shown.</summary>
    public static string Of(Enum value)
    {
        var kebab = new StringBuilder();
        foreach (char c in value.ToString())
        {
            if (char.IsUpper(c) && kebab.Length > 0) kebab.Append('-');
            kebab.Append(char.ToLowerInvariant(c));
        }
        return kebab.ToString();
    }

    /// <summary>Reads either form, and never a number.</summary>
    /// <exception cref="FaultException"><c>value.unknown</c>, naming what there is.</exception>
    public static T Parse<T>(string text)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
            if (text.Equals(Of(value), StringComparison.OrdinalIgnoreCase)
                || text.Equals($"{value}", StringComparison.OrdinalIgnoreCase)) return value;
        throw FaultException.Usage("value.unknown", $"'{text}' is none of those that there are.",
            "There are: " + string.Join(", ", Enum.GetValues<T>().Select(value => Of(value))) + ".");
    }

    /// <summary>Several, with commas between; none for <c>none</c>.</summary>
    public static T[] ParseAll<T>(string text)
        where T : struct, Enum =>
        text == "none" ? [] : [.. text.Split(',', StringSplitOptions.TrimEntries).Select(Parse<T>).Distinct()];
}
