using Coffer.Contracts.Jobs;
using Coffer.Contracts.Management;
using Coffer.Contracts.Points;
using Coffer.Contracts.Protection;
using Coffer.Contracts.Registration;
using Coffer.Contracts.Sessions;
using Coffer.Domain;

namespace Coffer.Contracts;

/// <summary>
/// A vault as an agent sees it; in this process on a folder, or over the network. Every answer may be wrong: what
/// matters is checked again with the keyspace's keys. Faults carry codes that start with <c>vault.</c>.
/// </summary>
public interface IVault : IAsyncDisposable
{
    VaultDescription Description { get; }

    // Registration

    Task<IReadOnlyList<ServerDescription>> ListServersAsync(CancellationToken cancellationToken);

    /// <summary>Registers a new machine with a new keyspace; the envelope is durable before this returns.</summary>
    Task<ServerDescription> RegisterAsync(RegistrationRequest request, CancellationToken cancellationToken);

    /// <summary>Gives a known server's identity a new machine key; its history, policy and chain go on.</summary>
    Task<ServerDescription> AdoptAsync(AdoptionRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// The active envelopes of a keyspace, at most one a kind, encoded. Where the vault has lost them: all copies that
    /// it still finds, the likeliest first.
    /// </summary>
    Task<IReadOnlyList<byte[]>> ReadEnvelopesAsync(KeyspaceId keyspace, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a new envelope durable without activating it, so that the agent can read it back and open it.
    /// Its number must follow the newest of its kind; it must be signed by the keyspace's access key.
    /// </summary>
    Task StoreEnvelopeAsync(KeyspaceId keyspace, byte[] envelope, CancellationToken cancellationToken);

    /// <summary>An envelope that was stored, active or not.</summary>
    Task<byte[]> ReadEnvelopeAsync(KeyspaceId keyspace, byte kind, uint number, CancellationToken cancellationToken);

    Task ActivateEnvelopeAsync(KeyspaceId keyspace, byte kind, uint number, CancellationToken cancellationToken);

    /// <summary>Keeps the machine's policy, canonical JSON; the newest version counts.</summary>
    Task StorePolicyAsync(MachineId machine, long version, byte[] policy, CancellationToken cancellationToken);

    /// <summary>The machine's policy as last stored; null where it has none.</summary>
    Task<StoredPolicy?> ReadPolicyAsync(MachineId machine, CancellationToken cancellationToken);

    // Backup

    /// <summary>Opens a session for one data source. One at a time in an embedded vault.</summary>
    Task<IBackupSession> OpenSessionAsync(SessionRequest request, CancellationToken cancellationToken);

    // Points

    /// <summary>Committed points, oldest first within a source.</summary>
    Task<IReadOnlyList<PointDescription>> ListPointsAsync(PointFilter filter, CancellationToken cancellationToken);

    /// <summary>Opens a keyspace for reading; its use keeps collection away from what is read.</summary>
    Task<IFrameReader> OpenReaderAsync(KeyspaceId keyspace, CancellationToken cancellationToken);

    // Protection

    /// <summary>The machine's data sources, each with what became of its protection and points.</summary>
    Task<IReadOnlyList<BackupItem>> ListBackupItemsAsync(MachineId machine, CancellationToken cancellationToken);

    /// <summary>
    /// Stops the protection of a data source, in one of three ways. A served vault wants a PIN for two of them.
    /// </summary>
    Task<StopAnswer> StopProtectionAsync(SourceId source, StopRequest request, CancellationToken cancellationToken);

    Task ResumeProtectionAsync(SourceId source, CancellationToken cancellationToken);

    /// <summary>Brings deleted points back; the source stays stopped.</summary>
    /// <returns>Points brought back.</returns>
    Task<int> UndeleteAsync(SourceId source, CancellationToken cancellationToken);

    /// <summary>Whatever its policy says, the point stays until it is released.</summary>
    Task HoldPointAsync(ObjectId point, CancellationToken cancellationToken);

    /// <summary>
    /// The point is kept at least until a time, on top of what its policy says. What is kept for longer already stays
    /// so.
    /// </summary>
    Task<ExtendAnswer> ExtendPointAsync(
        ObjectId point, DateTimeOffset until, CancellationToken cancellationToken);

    Task ReleasePointAsync(ObjectId point, CancellationToken cancellationToken);

    /// <summary>Ends the machine's registration; its backups are deleted softly.</summary>
    Task UnregisterAsync(MachineId machine, CancellationToken cancellationToken);

    // Jobs

    /// <summary>Stores the job as it stands now; the same id replaces it.</summary>
    Task ReportJobAsync(JobReport report, CancellationToken cancellationToken);

    /// <summary>Newest first, at most <paramref name="limit"/>; of one machine, or of all.</summary>
    Task<IReadOnlyList<JobReport>> ListJobsAsync(MachineId? machine, int limit, CancellationToken cancellationToken);

    Task<VaultStatus> ReadStatusAsync(CancellationToken cancellationToken);

    /// <summary>Notes that now every byte that the points need was read again and found sound.</summary>
    Task NoteFullCheckAsync(CancellationToken cancellationToken);
}

/// <param name="Place">Folder or address, for messages.</param>
/// <param name="IsReadOnly">Opened for reading only: nothing can be backed up into it.</param>
public sealed record VaultDescription(VaultId Id, string Name, string Place, bool IsReadOnly);

/// <param name="StoredBytes">All bytes in packs, points and records.</param>
/// <param name="FreeBytes">Free on the vault's disk.</param>
/// <param name="LastFullCheck">When all that the points need had last been read again; null: never.</param>
/// <param name="Version">Of the program that serves it; null where it is this one.</param>
/// <param name="SoftDeleteDays">How long deleted points can be brought back; 0: not at all; null: not told.</param>
/// <param name="DamagedKeyspaces">Whose index cannot be read: their packs are in none of these figures.</param>
public sealed record VaultStatus(
    long StoredBytes, long FreeBytes, long TotalBytes, long Packs, long Points, bool IsTimeInDoubt,
    DateTimeOffset? LastFullCheck, string? Version = null, int? SoftDeleteDays = null,
    int DamagedKeyspaces = 0);
