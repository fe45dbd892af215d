using Coffer.Domain.Policies;
using Coffer.FileSystem;
using Coffer.FileSystem.Mounts;

namespace Coffer.Agent.LocalPoints;

/// <summary>The volumes on which what a policy selects begins.</summary>
public static class SelectedMounts
{
    /// <summary>Each once; what is not there now is passed over.</summary>
    public static IReadOnlyList<Mount> Of(ProtectionPolicy? policy, MountTable mounts)
    {
        var found = new List<Mount>();
        foreach (var item in policy?.Items ?? [])
            if (!SystemPaths.Resolve(item.Path, out byte[] real).IsError) found.Add(mounts.Of(real));
        return [.. found.Distinct()];
    }
}
