using Coffer.Domain.Policies.Exclusions;

namespace Coffer.Domain.Policies;

/// <summary>
/// What every policy leaves out unless it is chosen by itself: what the kernel makes up, what does not survive a
/// start of the machine, and swap space.
/// </summary>
public static class BuiltInExclusions
{
    private static readonly string[] s_patterns =
        ["/proc/", "/sys/", "/dev/", "/run/", "/tmp/", "/swapfile", "/swap.img", "/swap/swapfile"];

    /// <summary>They come before the user's patterns, so that a negated one can take them back in.</summary>
    /// <param name="swapFiles">Absolute paths of the files that the system swaps to now.</param>
    public static IReadOnlyList<ExclusionPattern> Patterns(IReadOnlyList<byte[]> swapFiles) =>
    [
        .. s_patterns.Select(pattern => ExclusionPattern.Parse(System.Text.Encoding.ASCII.GetBytes(pattern))),
        .. swapFiles.Select(ExclusionPattern.ForPath),
    ];
}
