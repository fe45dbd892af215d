using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Coffer.Domain;

namespace Coffer.Contracts.Wire;

/// <summary>A body of two parts: length of the JSON, u32 little endian; the JSON; any bytes.</summary>
public static class JsonAndBytes
{
    public static byte[] Encode<T>(T message, JsonTypeInfo<T> type, ReadOnlySpan<byte> bytes)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(message, type);
        var body = new byte[4 + json.Length + bytes.Length];
        BinaryPrimitives.WriteInt32LittleEndian(body, json.Length);
        json.CopyTo(body, 4);
        bytes.CopyTo(body.AsSpan(4 + json.Length));
        return body;
    }

    /// <exception cref="CorruptionException">The body is not of this form.</exception>
    public static (T Message, ReadOnlyMemory<byte> Bytes) Decode<T>(
        ReadOnlyMemory<byte> body, JsonTypeInfo<T> type, string place)
    {
        int length = body.Length < 4 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(body.Span);
        if (length < 0 || length > body.Length - 4)
            throw new CorruptionException(place, "a length and so much JSON", $"{body.Length} bytes");
        return (WireMessage.Decode(body.Slice(4, length).Span, type, place), body[(4 + length)..]);
    }
}
