using Coffer.Domain.Policies;
using Coffer.Domain.Retention;

namespace Coffer.Domain.Security.Weakening;

/// <summary>
/// Tiers that keep less: left out, for a shorter time, or on fewer days. A day of the week or month that is exchanged
/// is one lost and one won: else a day moved again and again, always to one that has just passed, would keep a tier
/// from ever taking a point. Without any tier points are kept for ever, and nothing keeps more.
/// </summary>
internal static class RetentionLosses
{
    public static IEnumerable<PolicyWeakness> Of(RetentionRules from, RetentionRules to)
    {
        if (to.KeepForEver) yield break;
        if (from.KeepForEver) yield return new PolicyWeakness(WeaknessKind.KeptForEverNoMore, []);
        if (from.Daily is { } daily && !(to.Daily is { } days && Keeps(days, daily)))
            yield return new PolicyWeakness(WeaknessKind.DailyRetentionShortened, []);
        if (from.Weekly is { } weekly
            && !(to.Weekly is { } weeks && Keeps(weeks, weekly) && Holds(weeks.On, weekly.On)))
            yield return new PolicyWeakness(WeaknessKind.WeeklyRetentionShortened, []);
        if (from.Monthly is { } monthly
            && !(to.Monthly is { } months && Keeps(months, monthly) && months.On.Covers(monthly.On)))
            yield return new PolicyWeakness(WeaknessKind.MonthlyRetentionShortened, []);
        if (from.Yearly is { } yearly
            && !(to.Yearly is { } years && Keeps(years, yearly) && years.On.Covers(yearly.On)
                && Holds(years.InMonths, yearly.InMonths)))
            yield return new PolicyWeakness(WeaknessKind.YearlyRetentionShortened, []);
    }

    // A tier without times of its own has all those of the schedule.
    private static bool Keeps(RetentionTier to, RetentionTier from) => to.Periods >= from.Periods
        && (to.Times.Count == 0 || (from.Times.Count > 0 && Holds(to.Times, from.Times)));

    private static bool Holds<T>(IReadOnlyList<T> all, IReadOnlyList<T> some) => some.All(all.Contains);
}
