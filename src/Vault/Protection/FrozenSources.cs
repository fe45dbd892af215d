using Coffer.Domain;
using Coffer.Vault.Documents;
using Coffer.Vault.Opening;

namespace Coffer.Vault.Protection;

/// <summary>
/// Data sources whose volume was taken off the policy. What freezes one is durable before the policy that does it, or
/// who dies in between would leave points to rules that were never theirs; so it counts only once a later policy is in
/// force than the one that it names.
/// </summary>
internal static class FrozenSources
{
    /// <summary>Null where it is not frozen.</summary>
    public static Frozen? Find(OpenVault vault, MachineId machine, SourceId source) =>
        vault.Documents.Find(DocumentKinds.Frozen, $"{source}") is { } frozen
            && vault.Catalog.Machines.NewestPolicy(machine)?.Version > frozen.PolicyVersion
            ? frozen
            : null;

    /// <summary>To be called before the policy after <paramref name="inForce"/> is stored.</summary>
    /// <param name="isLost">Whether that one selects nothing of it any more.</param>
    public static void Prepare(OpenVault vault, MachineId machine, SourceId source, long inForce, bool isLost)
    {
        if (Find(vault, machine, source) is not null) return;
        // One that was prepared for a policy that never came.
        bool isPrepared = vault.Documents.Find(DocumentKinds.Frozen, $"{source}") is not null;
        if (isLost)
            vault.Documents.Put(DocumentKinds.Frozen, $"{source}", new Frozen(source, inForce, vault.Now));
        else if (isPrepared) vault.Documents.Put(DocumentKinds.Frozen, $"{source}", null);
    }
}
