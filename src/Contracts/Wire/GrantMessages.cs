using Coffer.Contracts.Registration;
using Coffer.Domain;

namespace Coffer.Contracts.Wire;

/// <summary>Asks what a server's passphrase is to be tried with; from whoever holds a registration secret.</summary>
/// <param name="Server">Its name or its id.</param>
public sealed record LockQuestion(byte[] Secret, string Server);

/// <summary>
/// Salt and cost of a server's passphrase, and its keyspace. For a server that is not there it is made up, the same
/// each time: what servers there are is told to nobody who cannot open them.
/// </summary>
public sealed record PassphraseLock(KeyspaceId Keyspace, byte[] Salt, int MemoryKib, int Passes, int Lanes);

/// <summary>Asks to read a server's points, with the proof of its passphrase.</summary>
/// <param name="Signature">Over <see cref="GrantProof.Message"/>, by the envelope's authentication key.</param>
public sealed record GrantRequest(byte[] Secret, string Server, DateTimeOffset Time, Id128 Nonce, byte[] Signature);

/// <param name="Machine">The server whose points may be read.</param>
/// <param name="Envelope">With the wrapped key.</param>
/// <param name="Token">For reading alone.</param>
/// <param name="Sharing">Null: the keyspace is the server's own.</param>
public sealed record GrantAnswer(
    MachineId Machine, string Name, KeyspaceId Keyspace, byte[] Envelope, TokenAnswer Token,
    SharingTerms? Sharing = null);

/// <summary>What the passphrase's authentication key signs; ECDSA P-256 with SHA-256, r then s.</summary>
public static class GrantProof
{
    /// <param name="pin">Of the service that is asked: what one gets is of no use with another.</param>
    public static byte[] Message(
        VaultId vault, ReadOnlySpan<byte> pin, KeyspaceId keyspace, DateTimeOffset time, Id128 nonce) =>
    [
        .. "coffer/1/grant\n"u8, .. vault.Value.ToArray(), .. pin, .. keyspace.Value.ToArray(),
        .. BitConverter.GetBytes(time.ToUnixTimeMilliseconds()), .. nonce.ToArray(),
    ];
}
