using Coffer.Agent.Browsing;
using Coffer.Domain;

namespace Coffer.Agent.Restores;

/// <summary>What happens where a name is taken by something else.</summary>
public enum IfExists
{
    /// <summary>The restored one is named <c>YYYY-MM-DD HH-mm Copy of NAME</c>.</summary>
    Copy = 1,

    /// <summary>What has the name is replaced; a folder is never replaced by something that is none.</summary>
    Overwrite = 2,

    /// <summary>What has the name stays.</summary>
    Skip = 3,
}

/// <summary>What to restore, and how.</summary>
public sealed record RestoreRequest
{
    /// <summary>At most one point of each data source.</summary>
    public required PointTree Points { get; init; }

    /// <summary>Absolute paths of files and folders.</summary>
    public required IReadOnlyList<byte[]> Paths { get; init; }

    /// <summary>
    /// The folder in which each path's last name lands, made where missing; null: each path's original place.
    /// </summary>
    public byte[]? TargetFolder { get; init; }

    public IfExists IfExists { get; init; } = IfExists.Copy;

    /// <summary>
    /// False: owner, mode, attributes and flags stay as those of new files; times are still given back.
    /// </summary>
    public bool WithPermissions { get; init; } = true;

    /// <summary>Looks and counts, and changes nothing.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>An existing private folder for the journal; null: an interrupted restore starts anew.</summary>
    public string? JournalFolder { get; init; }

    /// <summary>Ignores what an interrupted run of the same request left in the journal.</summary>
    public bool IsRestart { get; init; }
}

/// <summary>
/// Files and bytes so far and in all, as the points tell; what is left alone or skipped counts as done.
/// </summary>
public readonly record struct RestoreProgress(long Files, long Bytes, long TotalFiles, long TotalBytes);

/// <param name="Path">In the point, absolute, rendered for people.</param>
/// <param name="Code">Stable, dotted, lower case: <c>file.damaged</c>.</param>
public sealed record RestoreFinding(string Path, string Code, string Reason);

/// <param name="Path">In the point, absolute, rendered for people.</param>
/// <param name="Name">What it is called in its folder now; empty in a dry run, which takes no name.</param>
public sealed record RestoredCopy(string Path, string Name);

/// <summary>What a restore did; of a dry run, what it would do.</summary>
public sealed record RestoreResult
{
    /// <summary>Regular files written, links to them included.</summary>
    public long Files { get; init; }

    public long Folders { get; init; }

    /// <summary>Symbolic links, devices, FIFOs and sockets.</summary>
    public long Others { get; init; }

    /// <summary>Bytes of the files written.</summary>
    public long Bytes { get; init; }

    /// <summary>Entries left alone because the target had them already, equal in content and metadata.</summary>
    public long Equal { get; init; }

    /// <summary>Entries left out because the name was taken.</summary>
    public long Skipped { get; init; }

    /// <summary>Entries that were given another name.</summary>
    public long Copies { get; init; }

    /// <summary>The first <see cref="RestoreLimits.Findings"/> of those.</summary>
    public IReadOnlyList<RestoredCopy> CopyNames { get; init; } = [];

    /// <summary>Entries that took the place of something else.</summary>
    public long Overwritten { get; init; }

    /// <summary>True where an interrupted run went on.</summary>
    public bool IsResumed { get; init; }

    /// <summary>Of a dry run: the first <see cref="RestoreLimits.Findings"/> entries that would be written.</summary>
    public IReadOnlyList<string> Wanted { get; init; } = [];

    /// <summary>The first <see cref="RestoreLimits.Findings"/>.</summary>
    public IReadOnlyList<RestoreFinding> Findings { get; init; } = [];

    public long FindingsTotal { get; init; }
}
