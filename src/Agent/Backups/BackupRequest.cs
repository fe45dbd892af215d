using Coffer.Agent.Homes;
using Coffer.Contracts;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem.Snapshots;
using Coffer.Format.Points;
using Coffer.Sealing.Keys;

namespace Coffer.Agent.Backups;

/// <summary>One data source: a volume with its selected paths.</summary>
/// <param name="Label">Where the volume is mounted, as text for people.</param>
/// <param name="MountPath">The same as bytes.</param>
/// <param name="Paths">Absolute, plain, none below another.</param>
/// <param name="KeepsInodes">Whether the file system keeps inode numbers from mount to mount.</param>
/// <param name="IsNetwork">A mount whose clock may be another machine's.</param>
public sealed record BackupSource(
    SourceId Id,
    string Label,
    byte[] MountPath,
    VolumeDescription Volume,
    IReadOnlyList<byte[]> Paths,
    bool KeepsInodes,
    bool IsNetwork);

/// <summary>What one run needs to know.</summary>
public sealed record BackupRequest
{
    public required IVault Vault { get; init; }

    public required KeyspaceKeys Keys { get; init; }

    public required MachineId Machine { get; init; }

    public required string MachineName { get; init; }

    public required BackupSource Source { get; init; }

    public required JobId Job { get; init; }

    /// <summary>Private to this source; made when absent. Losing it costs time, never data.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>The policy in force, canonical JSON; kept in the point.</summary>
    public string PolicyJson { get; init; } = "";

    public required IPathFilter Filter { get; init; }

    /// <summary>Home, cache and vault, absolute: left out whatever the policy says.</summary>
    public IReadOnlyList<byte[]> NeverBackedUp { get; init; } = [];

    public bool SkipsCacheFolders { get; init; } = true;

    /// <summary>A frozen volume to read instead of the live one; the caller disposes it.</summary>
    public VolumeSnapshot? Snapshot { get; init; }

    /// <summary>Where others are mounted below this volume, absolute; a snapshot shows what is under them.</summary>
    public IReadOnlyList<byte[]> MountedOver { get; init; } = [];

    /// <summary>What this machine remembers of the source's newest point; null where it remembers nothing.</summary>
    public LastPoint? LastPoint { get; init; }

    /// <summary>The point's number is higher than this, whatever vault and cache tell.</summary>
    public long SequenceAbove { get; init; }

    /// <summary>Until when a person wants the point kept; null: as the policy has it.</summary>
    public DateTimeOffset? RetainUntil { get; init; }

    public required TimeProvider Time { get; init; }
}

/// <summary>The phases of a run, in order.</summary>
public enum BackupPhase
{
    Initializing = 1,
    TakingSnapshot = 2,
    Transferring = 3,
    Verifying = 4,
    Completed = 5,

    /// <summary>Around the phases of all sources, not of one.</summary>
    HookBefore = 6,
    HookAfter = 7,
}

/// <summary>How far a run has come.</summary>
/// <param name="Bytes">Sizes of all files seen so far.</param>
/// <param name="BytesRead">Of these, what was new or changed and had to be read.</param>
/// <param name="NewBytes">Of these, what the vault did not have.</param>
/// <param name="StoredBytes">What that came to, compressed and sealed.</param>
/// <param name="ExpectedFiles">As many as last time; 0: not known.</param>
/// <param name="ExpectedBytes">Likewise.</param>
public sealed record BackupProgress(
    BackupPhase Phase,
    long Files,
    long Bytes,
    long BytesRead,
    long NewBytes,
    long StoredBytes,
    long ExpectedFiles,
    long ExpectedBytes,
    string CurrentPath)
{
    /// <summary>All that was counted so far.</summary>
    public PointStatistics Statistics { get; init; } = PointStatistics.None;

    /// <summary>A phase in which nothing is counted.</summary>
    public static BackupProgress At(BackupPhase phase) => new(phase, 0, 0, 0, 0, 0, 0, 0, "");
}

/// <param name="Point">Null where the run was cancelled; what it transferred is kept as a checkpoint.</param>
/// <param name="Findings">Warnings, the first thousand.</param>
public sealed record BackupResult(
    PointDescription? Point,
    PointStatistics Statistics,
    IReadOnlyList<JobFinding> Findings,
    long FindingsTotal)
{
    public bool IsCancelled => Point is null;

    /// <summary>The vault showed less than it had acknowledged; null: all was there.</summary>
    public OlderVault? Older { get; init; }
}
