using Coffer.Domain.Policies;
using Coffer.Domain.Security.Operations;

namespace Coffer.Domain.Security.Weakening;

/// <summary>What an edit of a policy does to protection.</summary>
/// <param name="Weakens">What was protected better before.</param>
/// <param name="Strengthens">
/// What is protected better now: what the edit's reverse would weaken. An edit may do both, or neither.
/// </param>
public sealed record PolicyWeakening(
    IReadOnlyList<PolicyWeakness> Weakens, IReadOnlyList<PolicyWeakness> Strengthens)
{
    /// <summary>What has to be allowed for the edit, each once; empty where a vault carries it out by itself.</summary>
    public IReadOnlyList<CriticalOperation> Operations =>
        [.. Weakens.Select(weakness => weakness.Operation).Distinct()];

    /// <summary>
    /// Compares two policies of one machine. In doubt it says that an edit weakens: a vault does by itself whatever
    /// does not, also on the word of a stolen agent. Times of the day, time zone, random delay and version weigh
    /// nothing by themselves.
    /// </summary>
    /// <param name="mountPoints">Of the machine's volumes, absolute; what is mounted nowhere is told as paths only.
    /// </param>
    public static PolicyWeakening Compare(
        ProtectionPolicy from, ProtectionPolicy to, IReadOnlyList<byte[]> mountPoints) =>
        new(Losses(from, to, mountPoints), Losses(to, from, mountPoints));

    private static IReadOnlyList<PolicyWeakness> Losses(
        ProtectionPolicy from, ProtectionPolicy to, IReadOnlyList<byte[]> mountPoints) =>
    [
        .. PathLosses.Of(from, to, mountPoints),
        .. ExclusionLosses.Of(from, to),
        .. ScheduleLosses.Of(from, to),
        .. RetentionLosses.Of(from.Retention, to.Retention),
    ];
}
