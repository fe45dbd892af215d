using Coffer.Domain.Policies;
using Coffer.Domain.Retention;
using Coffer.Domain.Wording;

namespace Coffer.Domain.Security.Settings;

/// <summary>
/// The least that each tier of a policy keeps while the security features are on: whoever gets hold of a machine must
/// not be able to let its points go within days. A vault may ask for more than <see cref="Standard"/>, not for less.
/// </summary>
public sealed record MinimumRetention(int Days, int Weeks, int Months, int Years)
{
    public static MinimumRetention Standard { get; } = new(7, 4, 3, 1);

    public bool IsBelow(MinimumRetention other) =>
        Days < other.Days || Weeks < other.Weeks || Months < other.Months || Years < other.Years;

    /// <summary>The first tier that keeps too little, or null. Code: <c>policy.minimum</c>.</summary>
    /// <remarks>A tier that is not used keeps nothing and so breaks nothing; leaving one out shortens retention.
    /// </remarks>
    public Fault? Broken(RetentionRules rules) =>
        Short(rules.Daily?.Days, Days, "daily", "day")
        ?? Short(rules.Weekly?.Weeks, Weeks, "weekly", "week")
        ?? Short(rules.Monthly?.Months, Months, "monthly", "month")
        ?? Short(rules.Yearly?.Years, Years, "yearly", "year");

    public override string ToString() => string.Join(", ",
        Counted.Of(Days, "day"), Counted.Of(Weeks, "week"), Counted.Of(Months, "month"), Counted.Of(Years, "year"));

    private static Fault? Short(int? kept, int least, string tier, string unit) => kept >= least || kept is null
        ? null
        : new Fault("policy.minimum", FaultKind.Refused,
            $"The {tier} retention of {Counted.Of(kept.Value, unit)} is less than the"
            + $" {Counted.Of(least, unit)} that this vault asks for.",
            $"Choose at least {Counted.Of(least, unit)}, or leave the {tier} retention out.");
}
