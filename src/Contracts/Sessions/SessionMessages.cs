using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Format.Points;

namespace Coffer.Contracts.Sessions;

/// <param name="SourceLabel">Where the volume is mounted, as text for people.</param>
public sealed record SessionRequest(
    MachineId Machine, SourceId Source, string SourceType, string SourceLabel, JobId Job);

/// <summary>What the vault knows of a source when a session opens.</summary>
/// <param name="HighestSequence">Of all points that ever were, purged ones included; 0 where there was none.</param>
/// <param name="NewestPoint">Held as a base while the session lives; null where it cannot be held.</param>
/// <param name="Checkpoint">The last one since the newest point; held as well.</param>
/// <param name="LossEpoch">Raised whenever something was lost; stamps caches.</param>
/// <param name="LostCount">
/// Ids below the bases that the vault no longer has; <see cref="IBackupSession.ListLostAsync"/> names them.
/// </param>
/// <param name="FreeBytes">What may still be written below quota and reserve.</param>
public sealed record SessionOpening(
    SessionId Session,
    VaultId Vault,
    long HighestSequence,
    ObjectId? NewestPoint,
    ObjectId? Checkpoint,
    long LossEpoch,
    int LostCount,
    long FreeBytes);

/// <summary>What a commit tells beside the sealed point; for the catalog and for people.</summary>
public sealed record CommitFacts(long Sequence, DateTimeOffset AgentTime, PointStatistics Statistics)
{
    /// <summary>
    /// Until when a person wants the point kept; the vault takes no later time than its policy's longest tier gives.
    /// Null: the schedule made it.
    /// </summary>
    public DateTimeOffset? RetainUntil { get; init; }
}

/// <param name="Point">The committed point; null where something that it refers to is absent.</param>
/// <param name="Missing">Every id that is absent: read those files again, send them, and commit again.</param>
public sealed record CommitAnswer(PointDescription? Point, IReadOnlyList<ObjectId> Missing);
