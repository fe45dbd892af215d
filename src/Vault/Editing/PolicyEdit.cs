using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Domain.Policies.Editing;

namespace Coffer.Vault.Editing;

/// <summary>The newest edit of a machine's policy; the machine decides whether it takes it.</summary>
/// <param name="BasedOn">The version whose next it would be.</param>
/// <param name="Members">Of a policy's JSON, as they were given.</param>
/// <param name="Policy">What comes of it, canonical JSON: what was allowed is this and nothing else.</param>
internal sealed record PolicyEdit(
    Id128 Id, MachineId Machine, long BasedOn, PolicyPart[] Parts, byte[] Members, byte[] Policy, string By,
    DateTimeOffset MadeAt)
{
    /// <summary>Accepted, declined or cancelled; null: nobody has said anything.</summary>
    public PolicyEditState? Answer { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>Why it was declined.</summary>
    public string? Code { get; init; }

    public string? Message { get; init; }
}
