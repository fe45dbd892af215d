using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coffer.Contracts.Wire;

/// <summary>
/// One of an enumeration by its name, sign by sign. The serializer's own converter takes numbers as well, and several
/// names with commas between them as their sum, which could be none that there is, or another than those named.
/// </summary>
internal sealed class NameConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string? text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return Enum.TryParse(text, out T value) && Enum.GetName(value) == text
            ? value
            : throw new JsonException($"no {typeof(T).Name} is called that");
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Enum.GetName(value) ?? throw new JsonException($"{value:d} is no {typeof(T).Name}"));
}
