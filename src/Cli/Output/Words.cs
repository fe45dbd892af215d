using System.Globalization;
using Coffer.Domain.Wording;

namespace Coffer.Cli.Output;

/// <summary>Figures for people. JSON always has the plain numbers.</summary>
internal static class Words
{
    private static readonly string[] s_units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary>Decimal units, three digits: <c>1.24 GB</c>.</summary>
    public static string Size(long bytes)
    {
        double value = bytes;
        int unit = 0;
        while (Math.Abs(value) >= 999.5 && unit < s_units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        string format = unit == 0 || Math.Abs(value) >= 99.95 ? "0" : Math.Abs(value) >= 9.995 ? "0.0" : "0.00";
        return value.ToString(format, CultureInfo.InvariantCulture) + " " + s_units[unit];
    }

    /// <summary>With a separator every three digits.</summary>
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>1 file</c>, <c>2 files</c>.</summary>
    public static string Count(long number, string one) => Counted.Of(number, one);

    /// <summary>Symbolic links, devices, FIFOs and sockets.</summary>
    public static string Others(long number) => number == 1 ? "1 link or device" : $"{Count(number)} links and devices";

    /// <summary>The wall clock of this machine, to the minute.</summary>
    public static string Time(DateTimeOffset time) =>
        time.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    public static string Ago(DateTimeOffset time, DateTimeOffset now)
    {
        var age = now - time;
        if (age < TimeSpan.FromMinutes(1)) return "just now";
        return age < TimeSpan.FromHours(1) ? $"{(int)age.TotalMinutes} min ago"
            : age < TimeSpan.FromDays(2) ? $"{(int)age.TotalHours} h ago"
            : $"{(int)age.TotalDays} days ago";
    }

    public static string Duration(TimeSpan time) =>
        time < TimeSpan.FromSeconds(10) ? time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s"
        : time < TimeSpan.FromMinutes(2) ? $"{(int)time.TotalSeconds} s"
        : time < TimeSpan.FromHours(2) ? $"{(int)time.TotalMinutes} min"
        : $"{(int)time.TotalHours} h {time.Minutes} min";

    /// <summary>For JSON: ISO 8601 in UTC.</summary>
    public static string Iso(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Enough of an id to name it by.</summary>
    public static string Short(string id) => id[..Math.Min(12, id.Length)];
}
