namespace Coffer.Cli.Commands.Antivirus;

/// <param name="Path">Absolute, without links: scanners do not follow them.</param>
/// <param name="What">For people.</param>
internal sealed record Exclusion(string Path, string What);

/// <summary>What a virus scanner on this machine had better leave alone.</summary>
/// <param name="Folders">With all that lies below them.</param>
/// <param name="Processes">Programs whose reading and writing is not to be looked at.</param>
internal sealed record ScannerExclusions(IReadOnlyList<Exclusion> Folders, IReadOnlyList<Exclusion> Processes)
{
    /// <summary>A folder that lies in another one of them needs no line of its own.</summary>
    public static ScannerExclusions Of(IEnumerable<Exclusion> folders, IEnumerable<Exclusion> processes)
    {
        var all = folders.DistinctBy(static folder => folder.Path).ToList();
        var outermost = all.Where(folder => !all.Any(other => other != folder && IsBelow(folder.Path, other.Path)));
        return new ScannerExclusions([.. outermost], [.. processes.DistinctBy(static process => process.Path)]);
    }

    private static bool IsBelow(string path, string folder) =>
        path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);
}
