namespace Coffer.Domain.Policies.Editing;

/// <summary>
/// Whether a machine takes an edit that was made at its vault: wholly or not at all, as half an edit is nobody's wish.
/// Hooks, scripts, proxy, caches and whatever else is the machine's own are no part of a policy, so no edit names them.
/// </summary>
public static class PolicyEditRule
{
    public static bool Allows(PortalEdits allowed, PolicyPart part) => allowed switch
    {
        PortalEdits.All => Enum.IsDefined(part),
        PortalEdits.ScheduleAndRetention => part is PolicyPart.Schedule or PolicyPart.Retention,
        _ => false,
    };

    /// <summary>Null where the machine's administrator allows all of them.</summary>
    public static Fault? Refusal(PortalEdits allowed, IReadOnlyList<PolicyPart> parts)
    {
        PolicyPart[] others = [.. parts.Where(part => !Allows(allowed, part))];
        return others.Length == 0
            ? null
            : new Fault("edit.not-allowed", FaultKind.Refused,
                $"This machine does not let its vault change {string.Join(", ", others.Select(Words))}.",
                "`coffer settings set portal-edits all` on the machine allows it.");
    }

    /// <summary>Null where the policy may come into force as a whole.</summary>
    public static Fault? Refusal(ProtectionPolicy edited)
    {
        PolicyProblem[] problems = [.. PolicyRules.Problems(edited).Take(MostTold)];
        return problems.Length == 0
            ? null
            : Wrong(string.Join(" ", problems.Select(each => $"{each.Field}: {each.Message} {each.Right}")));
    }

    public static string Words(PolicyPart part) => part switch
    {
        PolicyPart.Schedule => "the schedule",
        PolicyPart.Retention => "the retention",
        PolicyPart.Items => "which paths are backed up",
        PolicyPart.Exclusions => "the exclusions",
        PolicyPart.CacheFolders => "whether cache folders are skipped",
        PolicyPart.Snapshots => "the use of snapshots",
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, "no words for this part"),
    };

    // A screen full: what else is wrong is told once these are right.
    private const int MostTold = 10;

    private static Fault Wrong(string why) =>
        new("policy.wrong", FaultKind.Usage, $"This is no policy. {why}", "Nothing was changed.");
}
