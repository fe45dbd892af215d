using Coffer.Agent.Homes;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Exclusions;
using Coffer.FileSystem;
using Coffer.FileSystem.Mounts;

namespace Coffer.Agent.Policies;

/// <summary>A policy with the data sources that a backup by it would find on this machine now.</summary>
/// <param name="OwnFolders">Home, cache and vault: left out whatever the policy says.</param>
/// <param name="PlanFilter">Was asked about mounted file systems, and knows which patterns left one out.</param>
public sealed record PlannedPolicy(
    ProtectionPolicy Policy, IReadOnlyList<byte[]> OwnFolders, ExclusionFilter PlanFilter, SourcePlan Plan)
{
    /// <summary>Shorter beginnings of ids are typing errors more often than meant.</summary>
    private const int ShortestPrefix = 4;

    /// <param name="vaultFolder">Null of a served vault.</param>
    public static PlannedPolicy Of(AgentHome home, string? vaultFolder, ProtectionPolicy policy, MountTable mounts)
    {
        var ownFolders = home.NeverBackedUp(vaultFolder);
        var filter = BackupSelection.Filter(policy, ownFolders);
        var planner = new SourcePlanner(mounts, home.ReadSources(), filter, ownFolders);
        return new PlannedPolicy(policy, ownFolders, filter, planner.Plan(policy.Items));
    }

    /// <summary>The one data source that a person names.</summary>
    /// <param name="named">Its label, its id or the beginning of one.</param>
    /// <param name="path">The same words as an absolute path: where its volume is mounted, or what is selected of it.
    /// </param>
    /// <exception cref="FaultException"><c>backup.sources</c>, <c>source.ambiguous</c>.</exception>
    public SourceId SourceNamed(string named, byte[] path)
    {
        PlannedSource[] found = [.. Plan.Sources.Where(source => IsNamed(source, named, path))];
        if (found.Length == 0 && named.Length >= ShortestPrefix)
            found = [.. Plan.Sources.Where(
                source => $"{source.Source.Id}".StartsWith(named, StringComparison.OrdinalIgnoreCase))];
        return found switch
        {
            [var only] => only.Source.Id,
            [] => throw FaultException.Usage("backup.sources", $"The policy selects no data source '{named}'.",
                $"There are: {string.Join("; ", Plan.Sources.Select(Words))}."),
            _ => throw FaultException.Usage("source.ambiguous", $"'{named}' names {found.Length} data sources.",
                $"Name one: {string.Join("; ", found.Select(Words))}."),
        };
    }

    private static bool IsNamed(PlannedSource source, string named, byte[] path) =>
        $"{source.Source.Id}" == named || source.Source.Label == named
        || source.Source.Volume.MountPath.AsSpan().SequenceEqual(path)
        || source.Paths.Any(selected => selected.AsSpan().SequenceEqual(path));

    private static string Words(PlannedSource source) =>
        $"{source.Source.Label} ({source.Source.Id}) with "
        + string.Join(", ", source.Paths.Select(path => PathText.Render(path)));
}
