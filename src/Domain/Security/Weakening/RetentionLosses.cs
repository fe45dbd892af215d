using Coffer.Domain.Policies;

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
        if (KeepsForEver(to)) yield break;
        if (KeepsForEver(from)) yield return new PolicyWeakness(WeaknessKind.KeptForEverNoMore, []);
        if (from.Daily is { } daily && !(to.Daily?.Days >= daily.Days))
            yield return new PolicyWeakness(WeaknessKind.DailyRetentionShortened, []);
        if (from.Weekly is { } weekly && !(to.Weekly?.Weeks >= weekly.Weeks && Holds(to.Weekly.On, weekly.On)))
            yield return new PolicyWeakness(WeaknessKind.WeeklyRetentionShortened, []);
        if (from.Monthly is { } monthly && !(to.Monthly?.Months >= monthly.Months && to.Monthly.On == monthly.On))
            yield return new PolicyWeakness(WeaknessKind.MonthlyRetentionShortened, []);
        if (from.Yearly is { } yearly && !(to.Yearly?.Years >= yearly.Years && to.Yearly.On == yearly.On
            && Holds(to.Yearly.InMonths, yearly.InMonths)))
            yield return new PolicyWeakness(WeaknessKind.YearlyRetentionShortened, []);
    }

    private static bool KeepsForEver(RetentionRules rules) =>
        rules is { Daily: null, Weekly: null, Monthly: null, Yearly: null };

    private static bool Holds<T>(IReadOnlyList<T> all, IReadOnlyList<T> some) => some.All(all.Contains);
}
