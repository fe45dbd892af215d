namespace Coffer.FileSystem.Walking;

/// <summary>How a walk is done.</summary>
public sealed record WalkOptions
{
    /// <summary>Null admits everything. Not asked about directories on the way to a chosen path.</summary>
    public IWalkFilter? Filter { get; init; }

    /// <summary>Where names of very large directories are spilled; a private folder on a local disk.</summary>
    public string SpillFolder { get; init; } = Path.GetTempPath();

    internal int DirectoryNamesBytes { get; init; } = Limits.DirectoryNamesBytes;

    internal int OpenDirectories { get; init; } = Limits.OpenDirectories;
}
