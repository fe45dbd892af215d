namespace Coffer.Domain.Retention;

/// <summary>How long points are kept; each tier is optional. Without any tier they are kept for ever.</summary>
public sealed record RetentionRules(
    DailyRetention? Daily, WeeklyRetention? Weekly, MonthlyRetention? Monthly, YearlyRetention? Yearly)
{
    public static RetentionRules Default { get; } = new(
        new DailyRetention(30),
        new WeeklyRetention([DayOfWeek.Sunday], 12),
        new MonthlyRetention(new WeekdayOfMonth(1, DayOfWeek.Sunday), 12),
        new YearlyRetention([1], new WeekdayOfMonth(1, DayOfWeek.Sunday), 3));

    public bool KeepForEver => this is { Daily: null, Weekly: null, Monthly: null, Yearly: null };

    /// <summary>Those that are used, the shortest periods first.</summary>
    public IEnumerable<RetentionTier> Tiers
    {
        get
        {
            if (Daily is not null) yield return Daily;
            if (Weekly is not null) yield return Weekly;
            if (Monthly is not null) yield return Monthly;
            if (Yearly is not null) yield return Yearly;
        }
    }
}
