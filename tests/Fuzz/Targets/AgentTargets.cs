using Coffer.Agent.Homes;
using Coffer.Agent.Policies;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Exclusions;
using Coffer.Format.Policies;

namespace Coffer.Fuzz.Targets;

/// <summary>Files of a home, and what people write.</summary>
internal static class AgentTargets
{
    public static IEnumerable<Target> List =>
    [
        new("registration", [Registration()], static bytes => MachineRegistration.Decode(bytes, "fuzz")),
        new(
            "policy", [PolicyCodec.Encode(ProtectionPolicy.Empty("UTC"))],
            static bytes => PolicyCodec.Decode(bytes, "fuzz")),
        new("policy-members", ["""{"items":["/etc"],"retention":{"daily":{"days":3}},"snapshots":"off"}"""u8.ToArray()],
            static bytes => PolicyMembers.Apply(ProtectionPolicy.Empty("UTC"), bytes, "fuzz")),
        new("exclusion", ["/home/*/.cache/**"u8.ToArray(), "!a[b-d]?*"u8.ToArray()], static bytes =>
        {
            _ = ExclusionPattern.Parse(bytes);
        }),
    ];

    private static byte[] Registration() => new MachineRegistration(
        MachineId.New(), "host", KeyspaceId.New(), VaultId.New(), VaultPlace.Of("/var/lib/coffer/vault")).Encode();
}
