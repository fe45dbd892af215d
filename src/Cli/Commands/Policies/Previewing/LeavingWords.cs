using Coffer.Agent.Policies.Previewing;
using Coffer.Domain;
using Coffer.Domain.Policies.Exclusions;

namespace Coffer.Cli.Commands.Policies.Previewing;

/// <summary>Rules that leave something out, for people and in JSON.</summary>
internal static class LeavingWords
{
    /// <summary>As it stands behind "left out by".</summary>
    public static string Of(LeavingRule rule, ExclusionPattern? pattern) => rule switch
    {
        LeavingRule.Exclusion => $"the exclusion {Text(pattern)}",
        LeavingRule.BuiltIn => $"the built-in rule {Text(pattern)}",
        LeavingRule.OwnFolder => "Coffer's own home, cache or vault",
        LeavingRule.CacheFolder => "a CACHEDIR.TAG",
        LeavingRule.Subvolume => "another btrfs subvolume",
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "no words for this rule"),
    };

    public static string NameOf(LeavingRule rule) => rule switch
    {
        LeavingRule.Exclusion => "exclusion",
        LeavingRule.BuiltIn => "built-in",
        LeavingRule.OwnFolder => "own-folder",
        LeavingRule.CacheFolder => "cache-folder",
        LeavingRule.Subvolume => "subvolume",
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "no name for this rule"),
    };

    public static string Text(ExclusionPattern? pattern) => pattern is null ? "" : PathText.Render(pattern.Text);
}
