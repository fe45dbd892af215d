using Coffer.Contracts.Points;
using Coffer.Contracts.Sessions;
using Coffer.Domain;

namespace Coffer.Contracts.Wire;

/// <summary>What a vault tells of itself to whoever asks: enough to see that it is the one that was meant.</summary>
public sealed record VaultGreeting(VaultId Id, string Name, DateTimeOffset Time);

/// <summary>Asks for a token.</summary>
/// <param name="Time">The machine's clock, so that an assertion cannot be kept for later.</param>
/// <param name="Nonce">Never used again by this machine.</param>
/// <param name="Signature">Over <see cref="MachineAssertion.Message"/>, by the machine's key; r then s.</param>
public sealed record TokenRequest(MachineId Machine, DateTimeOffset Time, Id128 Nonce, byte[] Signature);

/// <param name="Token">Opaque; sent as <c>Authorization: Bearer</c>.</param>
/// <param name="LifetimeSeconds">From now on.</param>
/// <param name="NextPin">The key that the service will have; told to machines while it is announced.</param>
public sealed record TokenAnswer(string Token, int LifetimeSeconds, NextPin? NextPin = null);

/// <summary>What a machine signs to show that it is the one that was registered; ECDSA P-256 with SHA-256.</summary>
public static class MachineAssertion
{
    /// <param name="pin">Of the service that is asked: what one gets is of no use with another.</param>
    public static byte[] Message(
        VaultId vault, ReadOnlySpan<byte> pin, MachineId machine, DateTimeOffset time, Id128 nonce) =>
    [
        .. "coffer/1/token\n"u8, .. vault.Value.ToArray(), .. pin, .. machine.Value.ToArray(),
        .. BitConverter.GetBytes(time.ToUnixTimeMilliseconds()), .. nonce.ToArray(),
    ];
}

/// <param name="Opening">As an embedded vault answers it.</param>
/// <param name="Envelopes">The active ones, for the heads of metadata packs.</param>
/// <param name="IsEmpty">The keyspace holds no pack: nothing has to be asked for.</param>
public sealed record OpenedSession(SessionOpening Opening, KeyspaceId Keyspace, byte[][] Envelopes, bool IsEmpty);

/// <summary>The first part of an answer to a commit; the absent ids follow, 32 bytes each.</summary>
/// <param name="Point">Null where ids are absent.</param>
public sealed record CommitHead(PointDescription? Point);

public sealed record OpenedReader(Id128 Reader);

public sealed record DamageNotice(ObjectId Id, int Copy, string Reason);
