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
            return JsonSerializer.Deserialize(bytes, type)
                ?? throw new CorruptionException(place, $"a {typeof(T).Name}", "null");
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException)
        {
            throw new CorruptionException(place, $"a {typeof(T).Name}", e.Message, e);
        }
    }
}
