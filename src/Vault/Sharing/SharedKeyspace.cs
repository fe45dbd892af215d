using Coffer.Contracts.Registration;
using Coffer.Domain;

namespace Coffer.Vault.Sharing;

/// <summary>A keyspace that machines may join: said when it was registered, and never later.</summary>
internal sealed record SharedKeyspace(KeyspaceId Keyspace, SharingTerms Terms, DateTimeOffset Since);

/// <summary>A machine that wants to join a keyspace; it has proved the passphrase.</summary>
/// <param name="Asked">The member that it named.</param>
internal sealed record Joining(
    KeyspaceId Keyspace, MachineId Asked, string Name, byte[] MachineKey, DateTimeOffset AskedAt);
