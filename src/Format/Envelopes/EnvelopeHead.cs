using System.Buffers.Binary;
using Coffer.Domain;

namespace Coffer.Format.Envelopes;

/// <summary>What names an envelope and says how its secret becomes keys; the salt is a field of its own.</summary>
/// <param name="Keyspace">5, 16 bytes.</param>
/// <param name="Kind">21, 1 byte.</param>
/// <param name="Number">22, u32: counts the envelopes of a keyspace; of one kind the highest is to be used.</param>
/// <param name="Parameters">42, three u32: memory in KiB, passes, lanes; all zero for a recovery key.</param>
public readonly record struct EnvelopeHead(
    KeyspaceId Keyspace, EnvelopeKind Kind, uint Number, Argon2Parameters Parameters)
{
    /// <summary>True where kind and parameters belong together.</summary>
    public bool IsConsistent => Kind switch
    {
        EnvelopeKind.Passphrase => Parameters != Argon2Parameters.None,
        EnvelopeKind.Recovery => Parameters == Argon2Parameters.None,
        _ => false,
    };

    /// <summary>Writes magic, version and these fields; leaves every other byte alone.</summary>
    public void Write(Span<byte> envelope)
    {
        Invariant.Holds(IsConsistent);
        EnvelopeLayout.Magic.CopyTo(envelope);
        envelope[EnvelopeLayout.VersionAt] = EnvelopeLayout.Version;
        Keyspace.Value.CopyTo(envelope[EnvelopeLayout.KeyspaceAt..]);
        envelope[EnvelopeLayout.KindAt] = (byte)Kind;
        BinaryPrimitives.WriteUInt32LittleEndian(envelope[EnvelopeLayout.NumberAt..], Number);
        BinaryPrimitives.WriteUInt32LittleEndian(envelope[EnvelopeLayout.MemoryKibAt..], (uint)Parameters.MemoryKib);
        BinaryPrimitives.WriteUInt32LittleEndian(envelope[EnvelopeLayout.PassesAt..], (uint)Parameters.Passes);
        BinaryPrimitives.WriteUInt32LittleEndian(envelope[EnvelopeLayout.LanesAt..], (uint)Parameters.Lanes);
    }

    /// <summary>Reads and checks the fields of an envelope whose magic and version are known to be right.</summary>
    internal static EnvelopeHead Read(ReadOnlySpan<byte> envelope, string place)
    {
        var kind = (EnvelopeKind)envelope[EnvelopeLayout.KindAt];
        uint memoryKib = BinaryPrimitives.ReadUInt32LittleEndian(envelope[EnvelopeLayout.MemoryKibAt..]);
        uint passes = BinaryPrimitives.ReadUInt32LittleEndian(envelope[EnvelopeLayout.PassesAt..]);
        uint lanes = BinaryPrimitives.ReadUInt32LittleEndian(envelope[EnvelopeLayout.LanesAt..]);

        bool zero = (memoryKib | passes | lanes) == 0;
        if (!Argon2Parameters.TryCreate(memoryKib, passes, lanes, out var parameters) && !zero)
            throw new CorruptionException(place, "Argon2id parameters within bounds",
                $"{memoryKib} KiB, {passes} passes, {lanes} lanes");

        var head = new EnvelopeHead(
            new KeyspaceId(new Id128(envelope[EnvelopeLayout.KeyspaceAt..])),
            kind,
            BinaryPrimitives.ReadUInt32LittleEndian(envelope[EnvelopeLayout.NumberAt..]),
            parameters);
        return head.IsConsistent
            ? head
            : throw new CorruptionException(place, "an envelope kind with its parameters",
                $"kind {(byte)kind} with {memoryKib} KiB, {passes} passes, {lanes} lanes");
    }
}
