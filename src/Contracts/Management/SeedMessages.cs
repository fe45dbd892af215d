namespace Coffer.Contracts.Management;

/// <summary>Imports seeds from a folder of the vault's own host; taken at its console only.</summary>
/// <param name="Folder">Absolute.</param>
public sealed record SeedRequest(string Folder);

public enum SeedState
{
    Running = 1,
    Completed = 2,

    /// <summary>Something of it was left, and the findings say what.</summary>
    CompletedWithWarnings = 3,
    Failed = 4,

    /// <summary>The service was stopped meanwhile: import again.</summary>
    Stopped = 5,
}

/// <summary>What was left of a seed, or ended its import; code and words as of a fault.</summary>
public sealed record SeedFinding(string Code, string Message, string Guidance);

/// <summary>An import as it stands.</summary>
/// <param name="Packs">Of all seeds that are taken.</param>
/// <param name="PacksDone">Of these, looked at: taken, there already, or left.</param>
/// <param name="PacksThere">Of these, in the vault before.</param>
/// <param name="Points">Data sources of the seeds that are taken.</param>
/// <param name="PointsDone">Of these, in the vault now.</param>
/// <param name="Findings">The first hundred.</param>
public sealed record SeedStatus(
    SeedState State, string Folder, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, long Packs, long PacksDone,
    long PacksThere, long Bytes, long BytesDone, int Points, int PointsDone, IReadOnlyList<SeedFinding> Findings,
    long FindingsTotal);

/// <param name="Newest">The import that runs, or the last since the service started; null: there was none.</param>
public sealed record SeedOverview(SeedStatus? Newest);
