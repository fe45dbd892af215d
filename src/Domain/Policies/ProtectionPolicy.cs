using Coffer.Domain.Policies.Exclusions;
using Coffer.Domain.Retention;
using Coffer.Domain.Schedules;

namespace Coffer.Domain.Policies;

/// <summary>Whether files are read from a frozen copy of their volume.</summary>
public enum SnapshotUse
{
    /// <summary>Where the volume can be frozen; else the live files are read and the job says so.</summary>
    WhenPossible = 1,

    /// <summary>Without a snapshot the source fails.</summary>
    Required = 2,

    Off = 3,
}

/// <summary>One selected path: a folder or a single file.</summary>
/// <param name="Path">Absolute bytes without "." and ".." and without a slash at the end.</param>
public sealed record PolicyItem(byte[] Path);

/// <summary>
/// What a machine backs up, when, and how long it is kept. Invariant: no policy item is given twice or lies below
/// another (<see cref="PathRules.Cover"/>).
/// </summary>
public sealed record ProtectionPolicy
{
    /// <summary>Raised by one with each change; 0 is a policy that was never stored.</summary>
    public required long Version { get; init; }

    public required IReadOnlyList<PolicyItem> Items { get; init; }

    /// <summary>
    /// The user's own patterns, in the order in which they were given: the last that matches decides.
    /// </summary>
    public required IReadOnlyList<ExclusionPattern> Exclusions { get; init; }

    /// <summary>Folders that hold a CACHEDIR.TAG are kept as empty folders (bford.info/cachedir).</summary>
    public bool SkipsCacheFolders { get; init; } = true;

    public SnapshotUse Snapshots { get; init; } = SnapshotUse.WhenPossible;

    public required BackupSchedule Schedule { get; init; }

    public RetentionRules Retention { get; init; } = RetentionRules.Default;

    /// <summary>A policy without items, as <c>protect</c> begins with it.</summary>
    /// <param name="timeZone">The machine's, by its IANA name.</param>
    public static ProtectionPolicy Empty(string timeZone) => new()
    {
        Version = 0,
        Items = [],
        Exclusions = [],
        Schedule = BackupSchedule.DefaultIn(timeZone),
    };
}
