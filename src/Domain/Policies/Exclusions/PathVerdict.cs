namespace Coffer.Domain.Policies.Exclusions;

/// <summary>What decides whether a backup takes an entry.</summary>
public enum DecidingRule : byte
{
    /// <summary>Nothing says no: it goes with the folder that it lies in.</summary>
    None = 0,

    /// <summary>A pattern would leave it out, but the policy names just this path.</summary>
    Chosen = 1,

    /// <summary>Coffer's home, cache or vault.</summary>
    OwnFolder = 2,

    /// <summary>The last pattern that matches; a negated one takes it back in.</summary>
    Pattern = 3,
}

/// <param name="Pattern">Set where one decides.</param>
public readonly record struct PathVerdict(DecidingRule Rule, ExclusionPattern? Pattern = null)
{
    public bool IsExcluded => Rule switch
    {
        DecidingRule.OwnFolder => true,
        DecidingRule.Pattern => Pattern is { IsNegated: false },
        _ => false,
    };
}
