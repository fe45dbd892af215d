using Coffer.Contracts.Policies;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Editing;
using Coffer.Format.Policies;

namespace Coffer.Agent.Policies;

/// <summary>
/// What this machine makes of an edit of its policy that its vault offers. The vault is not believed: what it may
/// change is the machine's own setting, what comes of it has to be a policy, and its number is the machine's own.
/// </summary>
internal static class EditTaking
{
    /// <summary>A thousand paths and as many exclusions, of usual length.</summary>
    private const int MaxBytes = 1 << 20;

    private const string Place = "the edit";

    /// <returns>The policy to be put in force, which may be the one that is; or why there is none.</returns>
    public static (ProtectionPolicy? Policy, Fault? Refusal) Judge(
        ProtectionPolicy own, OfferedEdit edit, PortalEdits allowed)
    {
        if (edit.Members.Length > MaxBytes) return (null, Unreadable("it is too long"));
        try
        {
            // Before its values are looked at: what is not allowed is not worked on.
            var parts = PolicyMembers.PartsOf(edit.Members, Place);
            if (PolicyEditRule.Refusal(allowed, parts) is { } refusal) return (null, refusal);
            var edited = PolicyMembers.Apply(own, edit.Members, Place);
            if (PolicyEditRule.Refusal(edited) is { } wrong) return (null, wrong);
            if (own.Version == edit.BasedOn) return (edited with { Version = own.Version + 1 }, null);
            // Put in force already, by a process that died before it could say so.
            bool isInForce = own.Version - 1 == edit.BasedOn
                && PolicyCodec.Encode(edited).AsSpan().SequenceEqual(PolicyCodec.Encode(own));
            return isInForce ? (own, null) : (null, Outdated(own.Version));
        }
        catch (FaultException e)
        {
            return (null, e.Fault);
        }
        catch (CorruptionException e)
        {
            return (null, Unreadable(e.Found));
        }
    }

    private static Fault Unreadable(string why) => new(
        "edit.unreadable", FaultKind.Usage, $"This edit cannot be read: {why}.");

    private static Fault Outdated(long version) => new(
        "edit.outdated", FaultKind.Refused,
        $"The policy has changed meanwhile: version {version} is in force on this machine.",
        "Look at it again, and decide anew.");
}
