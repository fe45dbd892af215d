using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Exclusions;
using Coffer.FileSystem.Secrets;

namespace Coffer.Agent.Policies;

/// <summary>Makes the filter of a policy on this machine.</summary>
public static class BackupSelection
{
    private const int MaxSwapTableBytes = 64 << 10;

    /// <param name="ownFolders">Home, cache and vault.</param>
    public static ExclusionFilter Filter(ProtectionPolicy policy, IReadOnlyList<byte[]> ownFolders) => new(
        [.. BuiltInExclusions.Patterns(SwapFiles()), .. policy.Exclusions],
        [.. policy.Items.Select(item => item.Path)],
        ownFolders);

    /// <summary>
    /// The user's patterns that had no effect in a walk that is over. One for large files is no mistake where there
    /// are none.
    /// </summary>
    public static IEnumerable<ExclusionPattern> WithoutEffect(ProtectionPolicy policy, ExclusionFilter filter) =>
        filter.Uses.TakeLast(policy.Exclusions.Count).Where(use => use is { Matches: 0, Pattern.LargerThan: null })
            .Select(use => use.Pattern);

    /// <summary>/proc/swaps, proc(5): a heading, then lines of name, type and more; other signs are octal.</summary>
    private static List<byte[]> SwapFiles()
    {
        var files = new List<byte[]>();
        ReadOnlySpan<byte> table = GivenFile.Read("/proc/swaps", MaxSwapTableBytes);
        foreach (var range in table.Split((byte)'\n'))
        {
            var line = table[range];
            int space = line.IndexOf((byte)' ');
            if (space <= 0 || line[0] != '/' || !line[space..].TrimStart((byte)' ').StartsWith("file"u8)) continue;
            if (!line[..space].Contains((byte)'\\')) files.Add(line[..space].ToArray());
        }

        return files;
    }
}
