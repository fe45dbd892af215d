namespace Coffer.Domain.Policies;

/// <summary>How long points are kept; each tier is optional.</summary>
public sealed record RetentionRules(
    DailyRetention? Daily, WeeklyRetention? Weekly, MonthlyRetention? Monthly, YearlyRetention? Yearly)
{
    public static RetentionRules Default { get; } = new(
        new DailyRetention(30),
        new WeeklyRetention([DayOfWeek.Sunday], 12),
        new MonthlyRetention(new WeekdayOfMonth(1, DayOfWeek.Sunday), 12),
        new YearlyRetention([1], new WeekdayOfMonth(1, DayOfWeek.Sunday), 3));
}

public sealed record DailyRetention(int Days);

public sealed record WeeklyRetention(IReadOnlyList<DayOfWeek> On, int Weeks);

public sealed record MonthlyRetention(WeekdayOfMonth On, int Months);

/// <param name="InMonths">1 to 12.</param>
public sealed record YearlyRetention(IReadOnlyList<int> InMonths, WeekdayOfMonth On, int Years);

/// <param name="Number">1 to 4, or 5 for the last of the month.</param>
public readonly record struct WeekdayOfMonth(int Number, DayOfWeek Day);
