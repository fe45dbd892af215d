using Coffer.Contracts.Management;
using Coffer.Domain;

namespace Coffer.Cli.Commands.Protection.Stopping;

/// <summary>The data source that somebody names: by its label, its id, or the beginning of one.</summary>
internal static class ChosenSource
{
    private const int ShortestPrefix = 4;

    /// <exception cref="FaultException"><c>source.unknown</c>, <c>source.ambiguous</c>.</exception>
    public static BackupItem Of(IReadOnlyList<BackupItem> all, string named)
    {
        var found = all.Where(item => item.Id.ToString() == named).ToList();
        if (found.Count == 0) found = [.. all.Where(item => item.Label == named)];
        if (found.Count == 0 && named.Length >= ShortestPrefix)
            found = [.. all.Where(item => item.Id.ToString().StartsWith(named, StringComparison.OrdinalIgnoreCase))];
        return found switch
        {
            [var only] => only,
            [] => throw FaultException.Usage(
                "source.unknown", $"The vault knows no data source '{named}' of this machine.",
                all.Count == 0
                    ? "`coffer backup` makes the first."
                    : "There are " + string.Join(", ", all.Select(item => $"{item.Label} ({item.Id})")) + "."),
            _ => throw FaultException.Usage("source.ambiguous", $"'{named}' names {found.Count} data sources.",
                "Give the id of one: " + string.Join(", ", found.Select(item => item.Id)) + "."),
        };
    }
}
