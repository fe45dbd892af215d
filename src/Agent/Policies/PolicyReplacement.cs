using Coffer.Agent.Homes;
using Coffer.Domain.Policies;

namespace Coffer.Agent.Policies;

/// <summary>Puts a policy in force in the home; the vault has it by then.</summary>
public static class PolicyReplacement
{
    /// <summary>The caller holds the home's lock.</summary>
    public static void Put(AgentHome home, ProtectionPolicy policy)
    {
        ForgetRemoved(home, policy);
        home.WritePolicy(policy);
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
