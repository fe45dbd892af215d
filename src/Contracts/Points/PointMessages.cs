using Coffer.Domain;
using Coffer.Domain.Retention;
using Coffer.Format.Points;

namespace Coffer.Contracts.Points;

public enum PointState
{
    Live = 1,

    /// <summary>Deleted, restorable until it is purged.</summary>
    SoftDeleted = 2,
}

/// <summary>
/// A committed point as the vault's catalog has it; nothing here is sealed, so nothing here is proof.
/// </summary>
/// <param name="SourceLabel">Where the volume was mounted, as text for people.</param>
/// <param name="ReceivedAt">The vault's own time.</param>
/// <param name="Tags">Retention tags; a point without tags never expires.</param>
/// <param name="Statistics">As reported with the commit.</param>
public sealed record PointDescription(
    ObjectId Id,
    KeyspaceId Keyspace,
    MachineId Machine,
    SourceId Source,
    string SourceType,
    string SourceLabel,
    long Sequence,
    DateTimeOffset ReceivedAt,
    PointState State,
    IReadOnlyList<string> Tags,
    bool IsHeld,
    PointStatistics Statistics)
{
    /// <summary>The job that made it, and one point of each other data source that it covered.</summary>
    public JobId? Job { get; init; }

    /// <summary>When it goes by itself, by the policy in force; null: never, or nobody has reckoned it yet.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Until when a person wants it kept; null: nobody said.</summary>
    public DateTimeOffset? RetainUntil { get; init; }

    /// <summary>Until when somebody wants it kept at least, whatever the policy says; null: nobody does.</summary>
    public DateTimeOffset? ExtendedUntil { get; init; }

    /// <summary>Somebody said of it that what the vault has lost of it is lost for good.</summary>
    public bool IsGivenUp { get; init; }

    /// <summary>What retention needs to know of it.</summary>
    public KeptPoint ForRetention() => new(Id, Sequence, ReceivedAt, RetainUntil) { ExtendedUntil = ExtendedUntil };
}

/// <summary>Null is any.</summary>
public sealed record PointFilter(MachineId? Machine = null, SourceId? Source = null, KeyspaceId? Keyspace = null);
