using Coffer.Domain;

namespace Coffer.Contracts.Registration;

/// <param name="Name">Host name, for people; identity is the id and its key.</param>
/// <param name="MachineKey">Public key of the machine: P-256, SubjectPublicKeyInfo.</param>
/// <param name="Keyspace">Drawn by the agent together with the data key.</param>
/// <param name="AccessKey">
/// Public part of the keyspace's access key: P-256, SubjectPublicKeyInfo. The vault verifies envelopes with it.
/// </param>
/// <param name="Envelope">The data key under the passphrase, encoded, signed by the access key.</param>
/// <param name="Sharing">Other machines may join the keyspace; null: it stays this machine's own, for ever.</param>
public sealed record RegistrationRequest(
    string Name, byte[] MachineKey, KeyspaceId Keyspace, byte[] AccessKey, byte[] Envelope,
    SharingTerms? Sharing = null);

/// <summary>What the machines of a shared keyspace are to each other.</summary>
/// <param name="MembersTrustEachOther">
/// What one has sent is not sent again by another. Else each sends its own copy: the vault cannot tell whether what
/// another one sent is what its id says.
/// </param>
public sealed record SharingTerms(bool MembersTrustEachOther);

/// <param name="Server">A member of the keyspace.</param>
/// <param name="Name">The joining machine's.</param>
/// <param name="MachineKey">Its public key: P-256, SubjectPublicKeyInfo.</param>
/// <param name="Proof">
/// Signature by the envelope's authentication key over <see cref="JoinProof"/>: who makes it knows the passphrase.
/// </param>
public sealed record JoinRequest(MachineId Server, string Name, byte[] MachineKey, byte[] Proof);

/// <summary>What a proof signs that asks to join; ECDSA P-256 with SHA-256, r then s.</summary>
public static class JoinProof
{
    public static byte[] Message(VaultId vault, KeyspaceId keyspace, ReadOnlySpan<byte> machineKey) =>
        [.. "coffer/1/join\n"u8, .. vault.Value.ToArray(), .. keyspace.Value.ToArray(), .. machineKey];
}

/// <param name="Server">Which server to go on as.</param>
/// <param name="Name">The machine's name now.</param>
/// <param name="MachineKey">The new public key: P-256, SubjectPublicKeyInfo.</param>
/// <param name="Proof">
/// Signature by the envelope's authentication key over <c>adopt</c>, vault id, server id and <paramref
/// name="MachineKey"/>
/// (<see cref="AdoptionProof"/>): who makes it knows the passphrase.
/// </param>
public sealed record AdoptionRequest(MachineId Server, string Name, byte[] MachineKey, byte[] Proof);

/// <summary>What an adoption's proof signs; ECDSA P-256 with SHA-256, r then s.</summary>
public static class AdoptionProof
{
    public static byte[] Message(VaultId vault, MachineId server, ReadOnlySpan<byte> machineKey) =>
        [.. "coffer/1/adopt\n"u8, .. vault.Value.ToArray(), .. server.Value.ToArray(), .. machineKey];
}

/// <summary>A registered machine as the vault knows it.</summary>
/// <param name="LastHeardFrom">Its last session or report, vault time.</param>
public sealed record ServerDescription(
    MachineId Id, string Name, KeyspaceId Keyspace, DateTimeOffset RegisteredAt, DateTimeOffset? LastHeardFrom);

/// <param name="Version">Raised by one with each change.</param>
/// <param name="Json">Canonical JSON.</param>
public sealed record StoredPolicy(long Version, byte[] Json);
