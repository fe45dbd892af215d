using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Exclusions;

namespace Coffer.Domain.Security.Weakening;

/// <summary>Paths and volumes that one policy selects and another does not, or less surely.</summary>
internal static class PathLosses
{
    public static IEnumerable<PolicyWeakness> Of(
        ProtectionPolicy from, ProtectionPolicy to, IReadOnlyList<byte[]> mountPoints)
    {
        byte[][] before = [.. from.Items.Select(item => item.Path)];
        byte[][] after = [.. to.Items.Select(item => item.Path)];
        foreach (byte[] path in before)
        {
            if (Array.Exists(after, other => other.AsSpan().SequenceEqual(path))) continue;
            byte[]? wider = Array.Find(after, other => PathRules.IsAtOrBelow(path, other));
            if (wider is null) yield return new PolicyWeakness(WeaknessKind.PathRemoved, path);
            else if (IsReached(path, wider, to, after))
                yield return new PolicyWeakness(WeaknessKind.PathMerged, path);
        }

        foreach (byte[] mount in SelectedVolumes.Lost(before, after, mountPoints))
            yield return new PolicyWeakness(WeaknessKind.VolumeRemoved, mount);
    }

    /// <summary>
    /// Whether exclusions can reach a path that was chosen by itself and is now part of a wider one: they leave out
    /// the path or a folder on the way to it, or one of them begins at the policy item, which is another one now.
    /// </summary>
    private static bool IsReached(byte[] path, byte[] wider, ProtectionPolicy policy, byte[][] items)
    {
        if (policy.Exclusions.Any(pattern => pattern.Anchor == PatternAnchor.PolicyItem)) return true;
        var filter = new ExclusionFilter([.. BuiltInExclusions.Patterns([]), .. policy.Exclusions], items, []);
        for (int end = wider.Length + 1; end <= path.Length; end++)
        {
            if (end < path.Length && path[end] != '/') continue;
            // Whether it is a folder cannot be seen from here; patterns may be for one or the other only.
            if (filter.Excludes(path.AsSpan(0, end), isDirectory: true)) return true;
            if (end == path.Length && filter.Excludes(path, isDirectory: false)) return true;
        }

        return false;
    }
}
