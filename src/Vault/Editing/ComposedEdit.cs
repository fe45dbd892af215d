using System.Text;
using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Editing;
using Coffer.Domain.Security.Weakening;
using Coffer.Format.Policies;
using Coffer.Vault.Opening;
using Coffer.Vault.Protection;

namespace Coffer.Vault.Editing;

/// <summary>What an edit makes of the policy that a machine has, judged as if the machine itself wanted it.</summary>
internal sealed record ComposedEdit(
    ProtectionPolicy Before, ProtectionPolicy After, byte[] Json, byte[] Members, IReadOnlyList<PolicyPart> Parts,
    PolicyWeakening Weakening)
{
    /// <exception cref="FaultException"><c>edit.*</c>, <c>policy.*</c>, <c>vault.policy</c>.</exception>
    public static ComposedEdit Of(OpenVault vault, MachineId machine, string members, long? basedOn)
    {
        var newest = vault.Catalog.Machines.NewestPolicy(machine) ?? throw EditFaults.NoPolicy();
        if (basedOn is { } seen && seen != newest.Version) throw EditFaults.Outdated(newest.Version);
        byte[] given = Encoding.UTF8.GetBytes(members);
        var before = PolicyDesk.Read(newest.Json);
        var (after, parts) = Applied(before, given);
        if (PolicyEditRule.Refusal(after) is { } wrong) throw new FaultException(wrong);
        byte[] same = PolicyCodec.Encode(after);
        if (same.AsSpan().SequenceEqual(PolicyCodec.Encode(before))) throw EditFaults.Nothing();
        after = after with { Version = newest.Version + 1 };
        byte[] json = PolicyCodec.Encode(after);
        var weakening = new PolicyDesk(vault).Judge(machine, newest, after)!;
        return new ComposedEdit(before, after, json, given, parts, weakening);
    }

    public static (ProtectionPolicy Policy, IReadOnlyList<PolicyPart> Parts) Applied(
        ProtectionPolicy policy, byte[] members)
    {
        // Kept as it was given, and as what comes of it, each in base64 in one record.
        if (members.Length > MaxBytes) throw EditFaults.Unreadable("it is too long");
        try
        {
            var parts = PolicyMembers.PartsOf(members, "the edit");
            return (PolicyMembers.Apply(policy, members, "the edit"), parts);
        }
        catch (CorruptionException e)
        {
            throw EditFaults.Unreadable(e.Found);
        }
    }

    private const int MaxBytes = 512 << 10;
}
