using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Exclusions;

namespace Coffer.Agent.Policies.Previewing;

/// <summary>What each rule of a policy leaves out, in the order in which the rules are asked.</summary>
internal sealed class LeftOutTally(ProtectionPolicy policy)
{
    private readonly Dictionary<(LeavingRule, ExclusionPattern?), LeftOut> _rules = [];

    public IReadOnlyList<LeftOut> All => [.. _rules.Values.OrderBy(found => found.Rule).ThenBy(Place)];

    public LeftOut Of(LeavingRule rule, ExclusionPattern? pattern = null)
    {
        if (!_rules.TryGetValue((rule, pattern), out var found))
            _rules[(rule, pattern)] = found = new LeftOut(rule, pattern);
        return found;
    }

    /// <param name="verdict">Of the policy; what it does not exclude was left out as one of Coffer's folders.</param>
    public LeftOut Of(PathVerdict verdict) => verdict is { IsExcluded: true, Pattern: { } pattern }
        ? Of(RuleOf(policy, pattern), pattern)
        : Of(LeavingRule.OwnFolder);

    public static LeavingRule RuleOf(ProtectionPolicy policy, ExclusionPattern pattern) =>
        policy.Exclusions.Contains(pattern) ? LeavingRule.Exclusion : LeavingRule.BuiltIn;

    private int Place(LeftOut found)
    {
        for (int i = 0; i < policy.Exclusions.Count; i++)
            if (policy.Exclusions[i] == found.Pattern) return i;
        return -1;
    }
}
