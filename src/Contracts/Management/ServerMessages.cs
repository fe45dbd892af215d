using System.Text.Json.Serialization;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Domain.Protection;

namespace Coffer.Contracts.Management;

public enum ServerState
{
    Registered = 1,

    /// <summary>Its key is taken no more, until another adopts it.</summary>
    Revoked = 2,
    Unregistered = 3,
}

/// <summary>A protected server.</summary>
/// <param name="StoredBytes">Of its keyspace's packs; members of one keyspace show the same.</param>
/// <param name="QuotaBytes">Null: none of its own.</param>
/// <param name="Damage">Why its index cannot be read, so that it stores nothing to be told; null: it can.</param>
/// <param name="Sharing">Null: the keyspace is its own.</param>
/// <param name="DistrustedSince">Its frames count for no other member from then on; null: they do.</param>
public sealed record ProtectedServer(
    MachineId Id, string Name, ServerState State, DateTimeOffset RegisteredAt, DateTimeOffset? LastHeardFrom,
    int BackupItems, int Points, long StoredBytes, long? QuotaBytes, int ExtraPointsADay, string? Damage = null,
    SharingView? Sharing = null, DateTimeOffset? DistrustedSince = null)
{
    /// <summary>What people call it by, beside its name; sorted.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];
}

/// <param name="Keyspace">The same for all of its members.</param>
/// <param name="OtherMembers">Their number, with those that were unregistered.</param>
public sealed record SharingView(KeyspaceId Keyspace, bool MembersTrustEachOther, int OtherMembers);

/// <summary>A data source as the vault sees it.</summary>
/// <param name="DeletedPoints">Restorable until they are destroyed.</param>
/// <param name="RestorableUntil">When the last of them is; null: none is deleted.</param>
public sealed record BackupItem(
    SourceId Id, MachineId Server, string ServerName, string Type, string Label, ProtectionState Protection,
    DateTimeOffset? Since, int Points, int DeletedPoints, int HeldPoints, DateTimeOffset? OldestPoint,
    DateTimeOffset? LatestPoint, DateTimeOffset? RestorableUntil);

/// <summary>A recovery point with what becomes of it.</summary>
/// <param name="RestorableUntil">Of a deleted one: when it is destroyed.</param>
public sealed record RecoveryPoint(
    PointDescription Point, DateTimeOffset? ExpiresAt, DateTimeOffset? RestorableUntil);

/// <summary>Ends a registration, or deletes a backup item, from the vault's side.</summary>
/// <param name="BackupItems">How many go, so that nobody deletes more than they think.</param>
/// <param name="Name">The server's, typed.</param>
public sealed record UnregisterRequest(string Name, int BackupItems, string? Reason = null);

/// <param name="Bytes">Null: no limit.</param>
public sealed record QuotaRequest(long? Bytes, int ExtraPointsADay = 8);

/// <param name="Tags">All that the server is to have: letters a to z, digits, '.', '-' and '_'.</param>
public sealed record TagsRequest(IReadOnlyList<string> Tags);

/// <summary>A machine that asks to go on as a known server; it has proved the passphrase.</summary>
/// <param name="Key">Of its public key, to be compared with what that machine shows.</param>
public sealed record AdoptionItem(
    MachineId Server, string ServerName, string Name, string Key, DateTimeOffset AskedAt,
    DateTimeOffset? ServerLastHeardFrom);

/// <param name="Key">Of the machine that is meant (<see cref="AdoptionItem.Key"/>): another may ask as well.</param>
/// <param name="IsSure">Said again, where the server was heard from lately.</param>
public sealed record AdoptionDecision(string Key, bool IsSure = false);

/// <summary>A machine that asks to join the keyspace of a server; it has proved the passphrase.</summary>
/// <param name="Server">The member that it named.</param>
/// <param name="Key">Of its public key: what it shows, and what it is let in by.</param>
public sealed record JoinItem(
    string Key, string Name, MachineId Server, string ServerName, bool MembersTrustEachOther, DateTimeOffset AskedAt);

/// <param name="Since">The earliest time at which the machine may have been in other hands.</param>
public sealed record DistrustRequest(DateTimeOffset Since);

/// <param name="Points">Brought back.</param>
public sealed record UndeleteAnswer(int Points);

/// <summary>A machine's policy as the vault holds it.</summary>
public sealed record PolicyItemView(long Version, [property: JsonPropertyName("policy")] string Json);
