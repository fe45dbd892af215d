namespace Coffer.Domain.Retention;

public enum TierKind
{
    Daily = 1,
    Weekly = 2,
    Monthly = 3,
    Yearly = 4,
}

/// <summary>
/// A row of days whose points are kept for longer. At each of its times the next good point is tagged, and the tag
/// lasts until the day that lies as many periods later: of an unbroken row there are always just that many.
/// </summary>
/// <param name="Times">Of the wall clock, among the schedule's; empty: all of these.</param>
public abstract record RetentionTier(IReadOnlyList<TimeOnly> Times)
{
    public abstract TierKind Kind { get; }

    /// <summary>How many days, weeks, months or years.</summary>
    public abstract int Periods { get; }

    /// <summary>No day of it is further from the next.</summary>
    internal abstract int LongestGapDays { get; }

    internal abstract bool Holds(DateOnly day);

    /// <summary>The day on which what was tagged on a day is let go.</summary>
    internal abstract DateOnly EndOf(DateOnly day);
}

public sealed record DailyRetention(int Days) : RetentionTier([])
{
    public override TierKind Kind => TierKind.Daily;

    public override int Periods => Days;

    internal override int LongestGapDays => 1;

    internal override bool Holds(DateOnly day) => true;

    internal override DateOnly EndOf(DateOnly day) => day.AddDays(Days);
}

public sealed record WeeklyRetention(IReadOnlyList<DayOfWeek> On, int Weeks) : RetentionTier([])
{
    public override TierKind Kind => TierKind.Weekly;

    public override int Periods => Weeks;

    internal override int LongestGapDays => 7;

    internal override bool Holds(DateOnly day) => On.Contains(day.DayOfWeek);

    internal override DateOnly EndOf(DateOnly day) => day.AddDays(7 * Weeks);
}

public sealed record MonthlyRetention(MonthDays On, int Months) : RetentionTier([])
{
    public override TierKind Kind => TierKind.Monthly;

    public override int Periods => Months;

    // From the last of one month to that of the next but one, where only every second has such a day.
    internal override int LongestGapDays => 62;

    internal override bool Holds(DateOnly day) => On.Holds(day);

    internal override DateOnly EndOf(DateOnly day) => On.In(day, Months);
}

/// <param name="InMonths">1 to 12.</param>
public sealed record YearlyRetention(IReadOnlyList<int> InMonths, MonthDays On, int Years) : RetentionTier([])
{
    public override TierKind Kind => TierKind.Yearly;

    public override int Periods => Years;

    // 29 February around a century that has none.
    internal override int LongestGapDays => 8 * 366;

    internal override bool Holds(DateOnly day) => InMonths.Contains(day.Month) && On.Holds(day);

    internal override DateOnly EndOf(DateOnly day) => On.In(day, 12 * Years);
}
