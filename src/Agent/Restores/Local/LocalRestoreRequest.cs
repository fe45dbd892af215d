using Coffer.Agent.LocalPoints;
using Coffer.FileSystem.Mounts;

namespace Coffer.Agent.Restores.Local;

/// <summary>What to restore from local points, and how.</summary>
public sealed record LocalRestoreRequest
{
    /// <summary>At most one for each mount.</summary>
    public required IReadOnlyList<LocalPoint> Points { get; init; }

    /// <summary>As things are mounted now: what lies below a mount is not taken from the volume around it.</summary>
    public required MountTable Mounts { get; init; }

    /// <summary>Absolute paths of files and folders.</summary>
    public required IReadOnlyList<byte[]> Paths { get; init; }

    /// <summary>Of the paths those that must be folders.</summary>
    public IReadOnlyList<byte[]> FolderPaths { get; init; } = [];

    /// <inheritdoc cref="RestoreRequest.TargetFolder"/>
    public byte[]? TargetFolder { get; init; }

    public IfExists IfExists { get; init; } = IfExists.Copy;

    /// <inheritdoc cref="RestoreRequest.WithPermissions"/>
    public bool WithPermissions { get; init; } = true;

    /// <summary>Looks and counts, and changes nothing.</summary>
    public bool IsDryRun { get; init; }

    /// <inheritdoc cref="RestoreRequest.JournalFolder"/>
    public string? JournalFolder { get; init; }

    /// <inheritdoc cref="RestoreRequest.IsRestart"/>
    public bool IsRestart { get; init; }

    /// <summary>Coffer's own folders, absolute: passed over where they are met.</summary>
    public IReadOnlyList<byte[]> OwnFolders { get; init; } = [];

    /// <summary>
    /// Whether a vault is kept in a folder now, whoever's it is: in its original place nothing is put into one.
    /// </summary>
    public Func<byte[], bool> IsVault { get; init; } = static _ => false;
}
