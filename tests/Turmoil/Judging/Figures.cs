using Coffer.Turmoil.Places;

namespace Coffer.Turmoil.Judging;

/// <summary>How much of each kind of work was acknowledged.</summary>
internal sealed class Figures(Ledger ledger)
{
    /// <summary>Of each a run does so much for each minute that it was to last, or goes on.</summary>
    private static readonly (string Name, double OfMinute)[] s_floors =
    [
        ("openings", 5), ("backups", 2), ("restores", 2), ("changes", 3), ("seen-gone", 0.5), ("collections", 3),
        ("slices-of-collection", 1), ("condemned", 1), ("removed-packs", 0.5), ("scrub-passes", 1),
        ("scrubbed-packs", 10), ("checks", 1),
    ];

    public static bool AreEnough(Ledger ledger, TimeSpan length) => MissingIn(ledger, length).Count == 0;

    /// <summary>That every kind of work was done; no timing, as machines differ.</summary>
    public void ShouldBeEnoughFor(TimeSpan length) => MissingIn(ledger, length).ShouldBeEmpty(ToString());

    public override string ToString() =>
        string.Join(", ", ledger.Sums().OrderBy(sum => sum.Key).Select(sum => $"{sum.Value:N0} {sum.Key}"));

    private static List<string> MissingIn(Ledger ledger, TimeSpan length) =>
        [.. s_floors.Where(floor => ledger.Sum(floor.Name) < Math.Max(1, floor.OfMinute * length.TotalMinutes))
            .Select(floor => floor.Name)];
}
