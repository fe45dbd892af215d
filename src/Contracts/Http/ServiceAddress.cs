using Coffer.Contracts.Wire;
using Coffer.Domain;

namespace Coffer.Contracts.Http;

/// <summary>Where a vault is served, and how to know that it is that one.</summary>
/// <param name="Address">Ends with a slash.</param>
/// <param name="Pin">
/// SHA-256 of the public key of the service's certificate; null where a certificate that the system trusts will do.
/// </param>
/// <param name="NextPin">The key that the vault has announced; taken as well as the first.</param>
public sealed record ServiceAddress(
    Uri Address, byte[]? Pin, VaultId Vault, string VaultName, NextPin? NextPin = null);

/// <summary>Who asks.</summary>
/// <param name="Sign">Signs with the machine's key: ECDSA P-256 with SHA-256, r then s.</param>
public sealed record MachineIdentity(MachineId Machine, Func<byte[], byte[]> Sign);

/// <summary>
/// Who may read another server's points: somebody with a registration secret who knows its passphrase.
/// </summary>
/// <param name="Server">Name or id of the server.</param>
/// <param name="Sign">Signs with the passphrase's authentication key: ECDSA P-256 with SHA-256, r then s.</param>
public sealed record GrantIdentity(string Server, KeyspaceId Keyspace, byte[] Secret, Func<byte[], byte[]> Sign);
