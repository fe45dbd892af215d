using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Coffer.Domain;

namespace Coffer.Contracts.Wire;

/// <summary>Reads a message that somebody else has written.</summary>
public static class WireMessage
{
    /// <exception cref="CorruptionException">It is not JSON, or not of this form.</exception>
    public static T Decode<T>(ReadOnlySpan<byte> bytes, JsonTypeInfo<T> type, string place)
    {
        try
        {
            RequireNoGaps(bytes, place);
            return JsonSerializer.Deserialize(bytes, type)
                ?? throw new CorruptionException(place, $"a {typeof(T).Name}", "null");
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException)
        {
            throw new CorruptionException(place, $"a {typeof(T).Name}", e.Message, e);
        }
    }

    // No list of any message has gaps, and the serializer minds nulls everywhere but there.
    private static void RequireNoGaps(ReadOnlySpan<byte> bytes, string place)
    {
        var reader = new Utf8JsonReader(bytes);
        ulong lists = 0; // the lowest bit tells of the innermost; the reader goes 64 deep and no deeper
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray:
                    lists = (lists << 1) | 1;
                    break;
                case JsonTokenType.StartObject:
                    lists <<= 1;
                    break;
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    lists >>= 1;
                    break;
                case JsonTokenType.Null when (lists & 1) == 1:
                    throw new CorruptionException(place, "a list of values", "null among them");
            }
        }
    }
}
