using System.Text.Json;
using Coffer.Domain;
using Coffer.Format.Records;

namespace Coffer.Vault.Records;

/// <summary>
/// Says of a point received while the clock was in doubt when it really was; the highest counter counts.
/// </summary>
internal sealed record PointTimeRecord(ObjectId Point, DateTimeOffset Received)
{
    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("id"u8, Point.ToString());
        json.WriteString("received"u8, CanonicalJson.Time(Received));
    }

    public static PointTimeRecord Read(JsonElement json) =>
        new(ObjectId.Parse(json.Text("id")), json.Time("received"));
}
