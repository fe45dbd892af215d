using Coffer.Agent.Policies;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Exclusions;
using Coffer.FileSystem.Mounts;

namespace Coffer.Cli.Commands.Policies.Editing;

/// <summary>A policy with more paths and exclusions; its version is the next one.</summary>
/// <param name="Paths">What was not covered before.</param>
/// <param name="Exclusions">Those that it did not have.</param>
internal sealed record PolicyAddition(
    ProtectionPolicy Policy, IReadOnlyList<byte[]> Paths, IReadOnlyList<ExclusionPattern> Exclusions, bool IsChange)
{
    /// <param name="paths">Absolute, as typed.</param>
    /// <param name="vaultFolder">Null of a served vault.</param>
    /// <exception cref="FaultException">Of <see cref="PathSelection"/>.</exception>
    public static PolicyAddition To(
        Invocation invocation, ProtectionPolicy policy, byte[][] paths, ExclusionPattern[] patterns,
        string? vaultFolder)
    {
        var judge = new PathSelection(MountTable.Read(), invocation.Home.NeverBackedUp(vaultFolder));
        var selection = judge.Add(policy.Items, paths);
        foreach (var note in selection.Notes) invocation.Printer.Remark(note.Code, note.Text);
        ExclusionPattern[] added =
            [.. patterns.Where(p => policy.Exclusions.All(e => !e.Text.AsSpan().SequenceEqual(p.Text)))];
        bool isChange = selection.Added.Count > 0 || added.Length > 0 || selection.Items.Count != policy.Items.Count;
        var changed = policy with
        {
            Items = selection.Items,
            Exclusions = [.. policy.Exclusions, .. added],
            Version = policy.Version + 1,
        };
        return new PolicyAddition(isChange ? changed : policy, selection.Added, added, isChange);
    }

    /// <summary>As they were given on a command line, as bytes.</summary>
    /// <exception cref="FaultException"><c>pattern.invalid</c>.</exception>
    public static ExclusionPattern[] PatternsOf(Invocation invocation, string[] given) =>
        [.. given.Select(pattern => ExclusionPattern.Parse(invocation.Raw.BytesOf(pattern)))];
}
