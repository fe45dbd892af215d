using Coffer.Domain.Policies.Exclusions;

namespace Coffer.Agent.Policies.Previewing;

/// <summary>What a backup does with one path.</summary>
public enum PathFate
{
    Taken = 1,

    /// <summary>It lies in none of the policy's paths.</summary>
    NotSelected = 2,

    /// <summary>A rule leaves out the path, or a folder that it lies in.</summary>
    LeftOut = 3,

    /// <summary>Its file system holds no files, or is no data source for another reason.</summary>
    NoSource = 4,

    /// <summary>The data source that it belongs to cannot be backed up now.</summary>
    SourceFails = 5,
}

/// <summary>Whether a backup takes one path, and which rule decides.</summary>
/// <param name="Path">Absolute, links on the way to it followed.</param>
public sealed record PathExplanation(byte[] Path, PathFate Fate)
{
    /// <summary>The path of the policy in which it lies; null where there is none.</summary>
    public byte[]? Item { get; init; }

    /// <summary>The path itself, or the folder above it, at which a rule decides; null where none does.</summary>
    public byte[]? DecidedAt { get; init; }

    /// <summary>Why it is left out; null where it is not.</summary>
    public LeavingRule? Rule { get; init; }

    /// <summary>What decides; one with <c>!</c> takes a path in again. Null where none does.</summary>
    public ExclusionPattern? Pattern { get; init; }

    /// <summary>Null where there is none.</summary>
    public PlannedSource? Source { get; init; }

    public bool Exists { get; init; }
}
