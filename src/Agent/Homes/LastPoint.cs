using System.Text.Json;
using Coffer.Domain;
using Coffer.Format.Records;

namespace Coffer.Agent.Homes;

/// <summary>
/// What this machine remembers of the newest point that a vault acknowledged of a data source: a vault that shows less
/// was put back to an older state, lost something, or hides it.
/// </summary>
/// <param name="HighestSequence">Of all points that this machine made of it.</param>
/// <param name="Sequence">The number of the newest that the vault has to show; 0 where any will do.</param>
/// <param name="Point">Its id; null likewise.</param>
/// <param name="Older">Set from when the vault first showed less until somebody accepts that.</param>
public sealed record LastPoint(
    SourceId Source, string Label, long HighestSequence, long Sequence, ObjectId? Point, OlderVault? Older)
{
    internal static byte[] EncodeAll(IEnumerable<LastPoint> points) => CanonicalJson.Write(json =>
    {
        json.WriteStartArray("sources"u8);
        foreach (var point in points) point.Write(json);
        json.WriteEndArray();
    });

    internal static IReadOnlyList<LastPoint> DecodeAll(byte[] bytes, string place) =>
        CanonicalJson.Read<IReadOnlyList<LastPoint>>(bytes, place, static root =>
        [
            .. root.Children("sources").Select(static source => new LastPoint(
                SourceId.Parse(source.Text("id")), source.Text("label"), source.Number("highest"),
                source.Number("sequence"),
                source.TryChild("point", out var point) ? ObjectId.Parse(point.GetString()!) : null,
                source.TryChild("older", out var older) ? OlderVault.Read(older) : null)),
        ]);

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("highest"u8, HighestSequence);
        json.WriteString("id"u8, Source.ToString());
        json.WriteString("label"u8, Label);
        Older?.Write(json);
        if (Point is { } point) json.WriteString("point"u8, point.ToString());
        json.WriteNumber("sequence"u8, Sequence);
        json.WriteEndObject();
    }
}

/// <summary>That a vault showed less of a data source than it had acknowledged.</summary>
/// <param name="Sequence">The number of the newest point that it should have shown.</param>
/// <param name="Shown">The number of the newest that it did show; 0: none.</param>
public sealed record OlderVault(DateTimeOffset SeenAt, long Sequence, ObjectId Point, long Shown)
{
    public const string Code = "vault.older";

    /// <summary>For people, with the cure.</summary>
    public string Tell(string label) =>
        $"{label}: the vault acknowledged recovery point {Sequence} ({Point.ToString()[..8]}) and "
        + (Shown == 0 ? "shows none that is as new" : $"shows number {Shown} as the newest")
        + $" (seen {SeenAt:yyyy-MM-dd HH:mm} UTC). It was put back to an older state, has lost points, or hides them."
        + " Find out which; then `coffer register --accept-older` ends this warning.";

    internal static OlderVault Read(JsonElement json) => new(
        json.Time("seenAt"), json.Number("sequence"), ObjectId.Parse(json.Text("point")), json.Number("shown"));

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("older"u8);
        json.WriteString("point"u8, Point.ToString());
        json.WriteString("seenAt"u8, CanonicalJson.Time(SeenAt));
        json.WriteNumber("sequence"u8, Sequence);
        json.WriteNumber("shown"u8, Shown);
        json.WriteEndObject();
    }
}
