using System.Text.Json;
using Coffer.Contracts.Points;

namespace Coffer.Cli.Output;

/// <summary>Points in tables and in JSON.</summary>
internal static class PointWords
{
    public static string StateOf(PointState state) => state switch
    {
        PointState.Live => "live",
        PointState.SoftDeleted => "soft-deleted",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    public static void Write(Utf8JsonWriter json, PointDescription point)
    {
        json.WriteString("point"u8, point.Id.ToString());
        json.WriteString("machine"u8, point.Machine.ToString());
        json.WriteString("source"u8, point.Source.ToString());
        json.WriteString("sourceType"u8, point.SourceType);
        json.WriteString("label"u8, point.SourceLabel);
        json.WriteNumber("sequence"u8, point.Sequence);
        json.WriteString("receivedAt"u8, Words.Iso(point.ReceivedAt));
        json.WriteString("state"u8, StateOf(point.State));
        json.WriteBoolean("isHeld"u8, point.IsHeld);
        json.WriteBoolean("isGivenUp"u8, point.IsGivenUp);
        if (point.ExtendedUntil is { } extended) json.WriteString("extendedUntil"u8, Words.Iso(extended));
        if (point.ExpiresAt is { } end) json.WriteString("expiresAt"u8, Words.Iso(end));
        json.WriteStartArray("tags"u8);
        foreach (string tag in point.Tags) json.WriteStringValue(tag);
        json.WriteEndArray();
        json.WriteNumber("files"u8, point.Statistics.Files);
        json.WriteNumber("folders"u8, point.Statistics.Folders);
        json.WriteNumber("bytes"u8, point.Statistics.Bytes);
        json.WriteNumber("storedBytes"u8, point.Statistics.StoredBytes);
        json.WriteNumber("warnings"u8, point.Statistics.Warnings);
    }
}
