namespace Coffer.Domain.Retention;

/// <summary>One or more days of each month.</summary>
public abstract record MonthDays
{
    public abstract bool Holds(DateOnly day);

    /// <summary>Where a day that this holds lies in another month; its last day where that month is shorter.</summary>
    public abstract DateOnly In(DateOnly day, int months);

    /// <summary>Whether every day that another one holds is held in every month.</summary>
    public abstract bool Covers(MonthDays other);
}

/// <param name="Number">1 to 4, or 5 for the last of the month.</param>
public sealed record WeekdayOfMonth(int Number, DayOfWeek Day) : MonthDays
{
    public const int Last = 5;

    public override bool Holds(DateOnly day) => day.DayOfWeek == Day && (Number == Last
        ? day.AddDays(7).Month != day.Month
        : (day.Day - 1) / 7 + 1 == Number);

    public override DateOnly In(DateOnly day, int months)
    {
        var first = new DateOnly(day.Year, day.Month, 1).AddMonths(months);
        var weekday = first.AddDays(((int)Day - (int)first.DayOfWeek + 7) % 7);
        if (Number < Last) return weekday.AddDays(7 * (Number - 1));
        while (weekday.AddDays(7).Month == first.Month) weekday = weekday.AddDays(7);
        return weekday;
    }

    public override bool Covers(MonthDays other) => Equals(other);
}

/// <summary>By number; a month that has no such day is passed over.</summary>
public sealed record DaysOfMonth : MonthDays
{
    /// <summary>Given as a day, it means the last of the month, whichever that is.</summary>
    public const int Last = 32;

    private readonly ulong _days;

    /// <param name="days">1 to 31, or <see cref="Last"/>; others are left out.</param>
    public DaysOfMonth(IEnumerable<int> days)
    {
        foreach (int day in days)
            if (day is >= 1 and <= Last) _days |= 1UL << day;
    }

    /// <summary>Ascending.</summary>
    public IEnumerable<int> Days => Enumerable.Range(1, Last).Where(Has);

    public override bool Holds(DateOnly day) => Has(day.Day) || (Has(Last) && IsLast(day));

    // The last of a month stays the last, but where the day was chosen by its number too.
    public override DateOnly In(DateOnly day, int months)
    {
        var first = new DateOnly(day.Year, day.Month, 1).AddMonths(months);
        int length = DateTime.DaysInMonth(first.Year, first.Month);
        bool isLast = IsLast(day) && !Has(day.Day);
        return first.AddDays((isLast ? length : Math.Min(day.Day, length)) - 1);
    }

    public override bool Covers(MonthDays other) => other is DaysOfMonth days && (days._days & ~_days) == 0;

    private bool Has(int day) => (_days >> day & 1) != 0;

    private static bool IsLast(DateOnly day) => day.AddDays(1).Month != day.Month;
}
