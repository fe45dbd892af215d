using Coffer.Domain;

namespace Coffer.Vault.Checking;

/// <param name="Nodes">Distinct pages walked so far, and the chunks that they name.</param>
public readonly record struct CheckProgress(long Points, long TotalPoints, long Pages, long Nodes);

/// <summary>A point that cannot be restored whole.</summary>
/// <param name="Reason">What is wrong with the point itself; empty where it is only what it needs.</param>
/// <param name="AbsentTotal">Distinct ids that it needs and the vault has no sound copy of.</param>
/// <param name="Absent">The first of them.</param>
public sealed record HurtPoint(
    KeyspaceId Keyspace, ObjectId Point, string SourceLabel, long Sequence, DateTimeOffset ReceivedAt, string Reason,
    long AbsentTotal, IReadOnlyList<ObjectId> Absent)
{
    /// <summary>Somebody said that what it has lost is lost for good.</summary>
    public bool IsGivenUp { get; init; }
}

/// <summary>What a check of the graph saw.</summary>
/// <param name="IsDone">False where it was told to stop; nothing is then said of the points that were left.</param>
/// <param name="Pages">Distinct pages walked.</param>
/// <param name="Absent">
/// All that points need and the vault has no sound copy of, as far as that can be told without keys.
/// </param>
public sealed record CheckReport(
    bool IsDone, long Points, long Pages, IReadOnlySet<ObjectId> Absent, IReadOnlyList<HurtPoint> Hurt)
{
    public long AbsentIds => Absent.Count;
}
