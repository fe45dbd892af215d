using System.Globalization;
using Coffer.Domain.Retention;

namespace Coffer.Domain.Policies.Wording;

/// <summary>Days, months and times as people write them, in files and on command lines.</summary>
public static class PolicyWording
{
    private static readonly string[] s_ordinals = ["first", "second", "third", "fourth", "last"];

    public static bool TryTime(string text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text, ["H:mm", "HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    public static string Of(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>By its English name, or the first three letters of it.</summary>
    public static bool TryDay(string text, out DayOfWeek day)
    {
        foreach (var each in Enum.GetValues<DayOfWeek>())
            if (IsNamed(text, day = each, $"{each}")) return true;
        day = default;
        return false;
    }

    /// <summary>By its English name, the first three letters of it, or its number.</summary>
    public static bool TryMonth(string text, out int month)
    {
        for (month = 1; month <= 12; month++)
            if (IsNamed(text, month, NameOf(month)) || text == $"{month}") return true;
        return false;
    }

    public static string NameOf(int month) => CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(month);

    /// <summary><c>first Sunday</c>, or days by number and <c>last</c>.</summary>
    public static bool TryMonthDays(IReadOnlyList<string> texts, out MonthDays days)
    {
        days = new DaysOfMonth([]);
        if (texts is [var single] && single.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var which, var name])
        {
            int number = Array.FindIndex(s_ordinals, each => each.Equals(which, StringComparison.OrdinalIgnoreCase));
            if (number < 0 || !TryDay(name, out var weekday)) return false;
            days = new WeekdayOfMonth(number + 1, weekday);
            return true;
        }
        var numbers = new List<int>();
        foreach (string text in texts)
        {
            if (text.Equals("last", StringComparison.OrdinalIgnoreCase)) numbers.Add(DaysOfMonth.Last);
            else if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int day)
                && day is >= 1 and <= 31) numbers.Add(day);
            else return false;
        }
        days = new DaysOfMonth(numbers);
        return numbers.Count > 0;
    }

    /// <summary>As <see cref="TryMonthDays"/> reads them.</summary>
    public static IReadOnlyList<string> Of(MonthDays days) => days switch
    {
        WeekdayOfMonth weekday => [$"{s_ordinals[weekday.Number - 1]} {weekday.Day}"],
        DaysOfMonth numbers => [.. numbers.Days.Select(day => day == DaysOfMonth.Last ? "last" : $"{day}")],
        _ => throw new ArgumentOutOfRangeException(nameof(days), days, "no words for these days"),
    };

    private static bool IsNamed<T>(string text, T _, string name) =>
        text.Equals(name, StringComparison.OrdinalIgnoreCase)
        || text.Equals(name[..3], StringComparison.OrdinalIgnoreCase);
}
