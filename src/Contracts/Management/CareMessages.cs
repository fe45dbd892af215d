using System.Text.Json.Serialization;
using Coffer.Domain;

namespace Coffer.Contracts.Management;

/// <summary>What a vault can be asked to do for itself at once.</summary>
public enum CareKind
{
    /// <summary>Whether the vault has all that its points need, by its index; reads no packs.</summary>
    Check = 1,

    /// <summary>Reads all packs again, and mends what is damaged; then checks.</summary>
    Scrub = 2,

    /// <summary>Frees what no point needs any more.</summary>
    Collect = 3,
}

public enum CareState
{
    Running = 1,
    Completed = 2,

    /// <summary>Something is amiss, and the findings say what.</summary>
    CompletedWithWarnings = 3,

    /// <summary>It could not be done; the last finding says why.</summary>
    Failed = 4,

    /// <summary>Somebody stopped it, or the service was stopped. What was done is kept.</summary>
    Stopped = 5,
}

/// <summary>How far it is. Figures that do not apply are left out.</summary>
/// <param name="Doing">In words, for people.</param>
public sealed record CareProgress(string Doing)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Points { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? TotalPoints { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Pages { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Packs { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? TotalPacks { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Bytes { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? TotalBytes { get; init; }

    /// <summary>Of a collection, whose end cannot be told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Steps { get; init; }
}

/// <summary>
/// What came of it, as <c>coffer vault …  --json</c> has it. Figures that do not apply are left out.
/// </summary>
public sealed record CareFigures
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Packs { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Bytes { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? DamagedPacks { get; init; }

    /// <summary>Ids of which the vault has no sound copy any more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Lost { get; init; }

    /// <summary>When the pack was last read for which that is longest ago.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? OldestCheck { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Points { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Pages { get; init; }

    /// <summary>Ids that points need and the vault has no sound copy of.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Absent { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? HurtPoints { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Ids { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Alive { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Condemned { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? RemovedPacks { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? RemovedBytes { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? CopiedBytes { get; init; }
}

/// <summary>Something that is amiss; code and words as of a fault. Members that do not apply are left out.</summary>
public sealed record CareFinding(string Code, string Message, string Guidance)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public KeyspaceId? Keyspace { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ObjectId? Pack { get; init; }

    /// <summary>What became of the pack.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Fate { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Frames { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Rescued { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Lost { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ObjectId? Point { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Source { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? IsGivenUp { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? AbsentTotal { get; init; }

    /// <summary>The first hundred ids that are lost or absent; or the points that stop a collection.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ObjectId>? Ids { get; init; }
}

/// <summary>One run, as it stands.</summary>
/// <param name="By">Who began it, as the audit log has it.</param>
/// <param name="Findings">The first thousand.</param>
public sealed record CareStatus(
    Id128 Id, CareKind Kind, CareState State, string By, DateTimeOffset StartedAt, DateTimeOffset? EndedAt,
    CareProgress Progress, CareFigures Figures, IReadOnlyList<CareFinding> Findings, long FindingsTotal);

/// <param name="Runs">The last few since the service was started, the newest first.</param>
public sealed record CareOverview(IReadOnlyList<CareStatus> Runs);
