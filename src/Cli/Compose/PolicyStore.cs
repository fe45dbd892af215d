using Coffer.Agent.Homes;
using Coffer.Agent.Policies;
using Coffer.Cli.Compose.Inputs;
using Coffer.Cli.Shell;
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
        await SaveAsync(invocation, machine, "coffer policy", policy);
    }

    public static async Task SaveAsync(
        Invocation invocation, MachineRegistration machine, string purpose, ProtectionPolicy policy)
    {
        await PinInput.AskedAsync(invocation, async pin =>
        {
            await using var vault = await Vaults.ForWritingAsync(invocation, machine, purpose, pin);
            await vault.StorePolicyAsync(
                machine.Id, policy.Version, PolicyCodec.Encode(policy), invocation.Cancellation);
            return true;
        });
        PolicyReplacement.Put(invocation.Home, policy);
    }
}
