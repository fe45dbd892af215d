using Coffer.Agent.Homes;
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
        ForgetRemoved(invocation.Home, policy);
        invocation.Home.WritePolicy(policy);
    }

    // A volume that is selected again later is a new data source: the points of this one are frozen.
    private static void ForgetRemoved(AgentHome home, ProtectionPolicy policy)
    {
        if (home.ReadPolicy() is not { } before) return;
        var known = home.ReadSources();
        byte[][] lost = [.. SelectedVolumes.Lost(
            [.. before.Items.Select(item => item.Path)], [.. policy.Items.Select(item => item.Path)],
            [.. known.Select(source => source.Volume.MountPath)])];
        KnownSource[] kept = [.. known.Where(
            source => !Array.Exists(lost, mount => mount.AsSpan().SequenceEqual(source.Volume.MountPath)))];
        if (kept.Length < known.Count) home.WriteSources(kept);
    }
}
