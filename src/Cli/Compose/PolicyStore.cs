using Coffer.Agent.Policies;
using Coffer.Cli.Shell;
using Coffer.Contracts;
using Coffer.Domain.Policies;
using Coffer.Format.Policies;

namespace Coffer.Cli.Compose;

/// <summary>
/// Keeps a changed policy: in the vault first, so that a home never runs by a policy the vault lacks.
/// </summary>
internal static class PolicyStore
{
    /// <summary>Opens the vault for it; the caller holds the home's lock.</summary>
    public static async Task SaveAsync(Invocation invocation, ProtectionPolicy policy)
    {
        var machine = invocation.Home.ReadMachine() ?? throw OpenedVault.Unregistered();
        await using var vault = await Vaults.ForWritingAsync(invocation, machine, "coffer policy");
        await SaveAsync(invocation, vault, machine.Id, policy);
    }

    public static async Task SaveAsync(
        Invocation invocation, IVault vault, Domain.MachineId machine, ProtectionPolicy policy)
    {
        await vault.StorePolicyAsync(machine, policy.Version, PolicyCodec.Encode(policy), invocation.Cancellation);
        invocation.Home.WritePolicy(policy);
    }
}
