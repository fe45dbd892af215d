using Coffer.Domain;

namespace Coffer.Contracts.Wire;

/// <summary>Ids one behind the other, 32 bytes each, and answers of one bit each, lowest first.</summary>
public static class IdList
{
    public static byte[] Encode(ReadOnlySpan<ObjectId> ids)
    {
        var bytes = new byte[ids.Length * ObjectId.Size];
        for (int i = 0; i < ids.Length; i++) ids[i].CopyTo(bytes.AsSpan(i * ObjectId.Size));
        return bytes;
    }

    /// <exception cref="CorruptionException">Not a whole number of ids.</exception>
    public static ObjectId[] Decode(ReadOnlySpan<byte> bytes, string place)
    {
        if (bytes.Length % ObjectId.Size != 0)
            throw new CorruptionException(place, $"ids of {ObjectId.Size} bytes", $"{bytes.Length} bytes");
        var ids = new ObjectId[bytes.Length / ObjectId.Size];
        for (int i = 0; i < ids.Length; i++) ids[i] = new ObjectId(bytes.Slice(i * ObjectId.Size, ObjectId.Size));
        return ids;
    }

    public static byte[] EncodeBits(ReadOnlySpan<bool> bits)
    {
        var bytes = new byte[(bits.Length + 7) / 8];
        for (int i = 0; i < bits.Length; i++)
            if (bits[i]) bytes[i / 8] |= (byte)(1 << (i % 8));
        return bytes;
    }

    /// <exception cref="CorruptionException">Fewer or more than were asked for.</exception>
    public static void DecodeBits(ReadOnlySpan<byte> bytes, Span<bool> bits, string place)
    {
        if (bytes.Length != (bits.Length + 7) / 8)
            throw new CorruptionException(place, $"{bits.Length} bits", $"{bytes.Length} bytes");
        for (int i = 0; i < bits.Length; i++) bits[i] = (bytes[i / 8] & (1 << (i % 8))) != 0;
    }
}
