using System.Globalization;
using Coffer.Domain;

namespace Coffer.Server.Commands.Shell;

/// <summary>Days as they are given to a command; each is taken to its end by this machine's clock.</summary>
internal static class DayOption
{
    /// <exception cref="FaultException"><c>time.unreadable</c>.</exception>
    public static DateTimeOffset EndOf(string text)
    {
        bool isDay = DateOnly.TryParseExact(
            text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day);
        return isDay && day.Year < 9999 // whose end has no day after it, in any time zone
            ? new DateTimeOffset(day.ToDateTime(TimeOnly.MaxValue, DateTimeKind.Local))
            : throw FaultException.Usage("time.unreadable", $"'{text}' is no day.", "Write 2027-01-31.");
    }
}
