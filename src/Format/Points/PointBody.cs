using Coffer.Domain;

namespace Coffer.Format.Points;

/// <summary>
/// The sealed body of a point or checkpoint: canonical JSON in UTF-8 (docs/format.md, "Point"). The two references of
/// its frame are the top tree pages of listing and changes; a checkpoint may refer to one top extent page after them.
/// </summary>
public sealed record PointBody
{
    public required MachineId Machine { get; init; }

    public required string MachineName { get; init; }

    public required SourceId Source { get; init; }

    /// <summary><c>volume</c>; other kinds of data source will name themselves.</summary>
    public required string SourceType { get; init; }

    public required VolumeDescription Volume { get; init; }

    /// <summary>From 1, without gaps but for points that were lost.</summary>
    public required long Sequence { get; init; }

    /// <summary>The agent's clock when the run began.</summary>
    public required DateTimeOffset AgentTime { get; init; }

    /// <summary>The job that made it, and one point of each other data source that it covered.</summary>
    public JobId? Job { get; init; }

    /// <summary>The source's point before; a value, not a reference, so that it may be deleted.</summary>
    public ObjectId? Previous { get; init; }

    /// <summary>The selected paths, absolute, as raw bytes.</summary>
    public required IReadOnlyList<byte[]> Paths { get; init; }

    public required PointStatistics Statistics { get; init; }

    /// <summary>The policy in force, as its canonical JSON text.</summary>
    public string Policy { get; init; } = "";

    /// <summary>How the files were read: <c>snapshot</c> or <c>live</c>.</summary>
    public string ReadFrom { get; init; } = "live";

    /// <summary>Set in checkpoints only.</summary>
    public CheckpointPart? Checkpoint { get; init; }
}

/// <summary>How far an unfinished run had come.</summary>
public sealed record CheckpointPart
{
    /// <summary>The last path of the listing so far, relative to the volume.</summary>
    public required byte[] LastPath { get; init; }

    /// <summary>The large file that was being read, where there was one; it is not in the listing.</summary>
    public FileInHand? InHand { get; init; }
}

/// <summary>
/// A large file in the middle of being read. Its extents so far stand in a tree of extent pages, whose top is
/// reference 2 of the checkpoint's frame.
/// </summary>
/// <param name="CoveredBytes">From the file's start up to here all is stored.</param>
public sealed record FileInHand(
    byte[] Path, ulong Size, long MtimeSeconds, uint MtimeNanoseconds, long CtimeSeconds, uint CtimeNanoseconds,
    ulong Inode, ulong CoveredBytes);
