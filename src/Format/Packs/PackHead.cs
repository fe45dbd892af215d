using System.Buffers.Binary;
using System.Security.Cryptography;
using Coffer.Domain;

namespace Coffer.Format.Packs;

/// <summary>
/// The start of a pack, little endian: magic 8, format version 1, class 1, envelope count u16, keyspace 16, salt 16;
/// then each envelope as length u32 and bytes. Only metadata packs carry envelopes, so that a store without its catalog
/// still opens with the passphrase.
/// </summary>
/// <remarks>
/// The salt is chosen at random: no pack ever has the name of an earlier one, though it hold the very same frames. So
/// what was removed stays removed, and a pack is never copied forward onto itself.
/// </remarks>
public sealed record PackHead(PackClass Class, KeyspaceId Keyspace, IReadOnlyList<byte[]> Envelopes)
{
    public const int FixedSize = 44;
    public const int SaltSize = 16;
    public const byte FormatVersion = 1;

    public static ReadOnlySpan<byte> Magic => "CFpack\r\n"u8;

    /// <summary>16 bytes.</summary>
    public ReadOnlyMemory<byte> Salt { get; init; } = RandomNumberGenerator.GetBytes(SaltSize);

    public int Length => FixedSize + Envelopes.Sum(e => 4 + e.Length);

    public byte[] Encode()
    {
        Invariant.Holds(Envelopes.Count <= MaxEnvelopes(Class));
        var bytes = new byte[Length];
        Magic.CopyTo(bytes);
        bytes[8] = FormatVersion;
        bytes[9] = (byte)Class;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(10), (ushort)Envelopes.Count);
        Keyspace.Value.CopyTo(bytes.AsSpan(12));
        Salt.Span.CopyTo(bytes.AsSpan(28));
        _ = EnvelopeList.Write(Envelopes, bytes.AsSpan(FixedSize));
        return bytes;
    }

    /// <summary>
    /// Reads the head from the first bytes of a pack; give as many as there are, up to <see cref="MaxLength"/>.
    /// </summary>
    public static PackHead Parse(ReadOnlySpan<byte> bytes, string place)
    {
        if (bytes.Length < FixedSize || !bytes[..8].SequenceEqual(Magic))
            throw new CorruptionException(place, "a pack", $"{bytes.Length} other bytes");
        if (bytes[8] != FormatVersion)
            throw new CorruptionException(place, $"format version {FormatVersion}", $"{bytes[8]}");
        var packClass = (PackClass)bytes[9];
        if (packClass is not (PackClass.Data or PackClass.Metadata))
            throw new CorruptionException(place, "a known class", $"{bytes[9]}");
        int count = BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]);
        if (count > MaxEnvelopes(packClass))
            throw new CorruptionException(
                place, $"at most {MaxEnvelopes(packClass)} envelopes in a {packClass} pack", $"{count}");
        var keyspace = new KeyspaceId(new Id128(bytes[12..]));
        var envelopes = EnvelopeList.Read(bytes[FixedSize..], count, place, out _);
        return new PackHead(packClass, keyspace, envelopes) { Salt = bytes.Slice(28, SaltSize).ToArray() };
    }

    private static int MaxEnvelopes(PackClass packClass) => packClass == PackClass.Metadata ? Limits.MaxEnvelopes : 0;

    /// <summary>Bytes of the longest head.</summary>
    public static int MaxLength => FixedSize + (Limits.MaxEnvelopes * (4 + Limits.MaxEnvelopeBytes));
}
