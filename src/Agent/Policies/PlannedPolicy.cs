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
    /// <param name="seedFolder">Where a seed is being written; null otherwise.</param>
    public static PlannedPolicy Of(
        AgentHome home, string? vaultFolder, ProtectionPolicy policy, MountTable mounts, string? seedFolder = null)
    {
        var ownFolders = home.NeverBackedUp(vaultFolder, seedFolder);
        var filter = BackupSelection.Filter(policy, ownFolders);
        var planner = new SourcePlanner(mounts, home.ReadSources(), filter, ownFolders);
        return new PlannedPolicy(policy, ownFolders, filter, planner.Plan(policy.Items));
    }

    /// <summary>With those data sources alone that are chosen.</summary>
    /// <exception cref="FaultException"><c>backup.sources</c>, <c>source.ambiguous</c>: not all of them are there.
    /// What was asked for must not be left out in silence.</exception>
    public PlannedPolicy Only(SourceChoice choice)
    {
        if (choice.IsAll) return this;
        var ids = choice.Names.Select(SourceNamed).Concat(choice.Ids).ToHashSet();
        PlannedSource[] chosen = [.. Plan.Sources.Where(source => ids.Contains(source.Source.Id))];
        return chosen.Length == ids.Count
            ? this with { Plan = Plan with { Sources = chosen } }
            : throw FaultException.Usage("backup.sources",
                "The policy does not select all of the data sources that were asked for.",
                "`coffer-vault server show SERVER` tells which there are.");
    }

    /// <summary>Those of the chosen data sources that are there.</summary>
    public IReadOnlyList<PlannedSource> Among(SourceChoice choice)
    {
        if (choice.IsAll) return Plan.Sources;
        var ids = choice.Names.SelectMany(Found).Select(source => source.Source.Id).Concat(choice.Ids).ToHashSet();
        return [.. Plan.Sources.Where(source => ids.Contains(source.Source.Id))];
    }

    /// <summary>What is left to be backed up.</summary>
    public PlannedPolicy Without(IReadOnlyList<StoppedSource> leftOut) => leftOut.Count == 0 ? this : this with
    {
        Plan = Plan with
        {
            Sources = [.. Plan.Sources.Where(source => leftOut.All(left => left.Id != source.Source.Id))],
        },
    };

    /// <summary>What the chosen data sources are called; those that are not to be found, as they were asked for.
    /// </summary>
    public IReadOnlyList<string> LabelsOf(SourceChoice choice)
    {
        if (choice.IsAll) return [.. Plan.Sources.Select(source => source.Source.Label)];
        var named = choice.Names.Select(name => Found(name) is [var only] ? only.Source.Label : name.Text);
        var byId = choice.Ids.Select(
            id => Plan.Sources.FirstOrDefault(source => source.Source.Id == id)?.Source.Label ?? $"{id}");
        return [.. named.Concat(byId).Distinct()];
    }

    private SourceId SourceNamed(SourceName name)
    {
        var found = Found(name);
        return found switch
        {
            [var only] => only.Source.Id,
            [] => throw FaultException.Usage("backup.sources", $"The policy selects no data source '{name.Text}'.",
                $"There are: {string.Join("; ", Plan.Sources.Select(Words))}."),
            _ => throw FaultException.Usage("source.ambiguous", $"'{name.Text}' names {found.Length} data sources.",
                $"Name one: {string.Join("; ", found.Select(Words))}."),
        };
    }

    private PlannedSource[] Found(SourceName name)
    {
        PlannedSource[] found = [.. Plan.Sources.Where(source => IsNamed(source, name.Text, name.Path))];
        return found.Length > 0 || name.Text.Length < ShortestPrefix
            ? found
            : [.. Plan.Sources.Where(
                source => $"{source.Source.Id}".StartsWith(name.Text, StringComparison.OrdinalIgnoreCase))];
    }

    private static bool IsNamed(PlannedSource source, string named, byte[] path) =>
        $"{source.Source.Id}" == named || source.Source.Label == named
        || source.Source.Volume.MountPath.AsSpan().SequenceEqual(path)
        || source.Paths.Any(selected => selected.AsSpan().SequenceEqual(path));

    // With an id only where the same words next time would still find it.
    private static string Words(PlannedSource source) =>
        $"{source.Source.Label} {(source.IsNew ? "" : $"({source.Source.Id}) ")}with "
        + string.Join(", ", source.Paths.Select(path => PathText.Render(path)));
}
