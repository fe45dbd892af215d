using System.Text.Json;
using Coffer.Domain;
using Coffer.Format.Points;
using Coffer.Format.Records;

namespace Coffer.Vault.Records;

/// <summary>All that the vault knows of a point or checkpoint beside its sealed frame.</summary>
internal sealed record PointRecord(
    ObjectId Id, KeyspaceId Keyspace, MachineId Machine, SourceId Source, string SourceType, string SourceLabel,
    long Sequence, DateTimeOffset Received, DateTimeOffset AgentTime, PointStatistics Statistics)
{
    public IReadOnlyList<string> Tags { get; init; } = [];

    public bool IsHeld { get; init; }

    public JobId? Job { get; init; }

    /// <summary>What a person asked for; null where the schedule made it.</summary>
    public DateTimeOffset? RetainUntil { get; init; }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("agentTime"u8, CanonicalJson.Time(AgentTime));
        json.WriteBoolean("held"u8, IsHeld);
        json.WriteString("id"u8, Id.ToString());
        if (Job is { } job) json.WriteString("job"u8, job.ToString());
        json.WriteString("keyspace"u8, Keyspace.ToString());
        json.WriteString("machine"u8, Machine.ToString());
        json.WriteString("received"u8, CanonicalJson.Time(Received));
        if (RetainUntil is { } until) json.WriteString("retainUntil"u8, CanonicalJson.Time(until));
        json.WriteNumber("sequence"u8, Sequence);
        json.WriteString("source"u8, Source.ToString());
        json.WriteString("sourceLabel"u8, SourceLabel);
        json.WriteString("sourceType"u8, SourceType);
        PointBodyCodec.WriteStatistics(json, Statistics);
        json.WriteStartArray("tags"u8);
        foreach (string tag in Tags) json.WriteStringValue(tag);
        json.WriteEndArray();
    }

    public static PointRecord Read(JsonElement json) => new(
        ObjectId.Parse(json.Text("id")), KeyspaceId.Parse(json.Text("keyspace")), MachineId.Parse(json.Text("machine")),
        SourceId.Parse(json.Text("source")), json.Text("sourceType"), json.Text("sourceLabel"), json.Number("sequence"),
        json.Time("received"), json.Time("agentTime"), PointBodyCodec.ReadStatistics(json.Child("statistics")))
    {
        IsHeld = json.Child("held").GetBoolean(),
        Job = json.TryChild("job", out var job) ? JobId.Parse(job.GetString()!) : null,
        RetainUntil = json.TryChild("retainUntil", out _) ? json.Time("retainUntil") : null,
        Tags = [.. json.Children("tags").Select(tag => tag.GetString() ?? "")],
    };
}
