using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Coffer.Domain;

namespace Coffer.Format.Records;

/// <summary>
/// JSON with one way to write it: UTF-8, no white space, names of an object in ascending order (the writers keep it),
/// integers only, times as ISO 8601 in UTC. Reading refuses what is not JSON and passes over unknown names.
/// </summary>
public static class CanonicalJson
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // A name given twice would be read one way by one reader and otherwise by another.
    private static readonly JsonDocumentOptions ReadOptions = new() { AllowDuplicateProperties = false };

    /// <summary>
    /// One object, whose members <paramref name="members"/> writes in ascending order of their names.
    /// </summary>
    public static byte[] Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="CorruptionException">Not JSON, or a member is missing or of another form.</exception>
    public static T Read<T>(ReadOnlySpan<byte> bytes, string place, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes.ToArray(), ReadOptions);
            return read(document.RootElement);
        }
        catch (Exception e) when (
            e is JsonException or FormatException or InvalidOperationException or OverflowException
                or ArgumentException)
        {
            throw new CorruptionException(place, "a record that can be read", e.Message, e);
        }
    }

    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    public static DateTimeOffset Time(this JsonElement json, string name) => DateTimeOffset.ParseExact(
        json.Text(name), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public static JsonElement Child(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var child) ? child : throw new FormatException($"'{name}' is missing");

    public static bool TryChild(this JsonElement json, string name, out JsonElement child) =>
        json.TryGetProperty(name, out child) && child.ValueKind != JsonValueKind.Null;

    public static string Text(this JsonElement json, string name) =>
        json.Child(name).GetString() ?? throw new FormatException($"'{name}' is null");

    public static long Number(this JsonElement json, string name) => json.Child(name).GetInt64();

    public static IEnumerable<JsonElement> Children(this JsonElement json, string name) =>
        json.Child(name).EnumerateArray();
}
