using System.Text.Json;
using Coffer.Domain;
using Coffer.Format.Records;

namespace Coffer.Format.Points;

/// <summary>
/// Point bodies as JSON. Bytes that need not be text (paths, mount points) are base64; ids are hexadecimal; times are
/// ISO 8601 in UTC. A reader passes over names that it does not know.
/// </summary>
public static class PointBodyCodec
{
    public static byte[] Encode(PointBody body) => CanonicalJson.Write(json =>
    {
        json.WriteString("agentTime"u8, CanonicalJson.Time(body.AgentTime));
        if (body.Checkpoint is { } checkpoint) WriteCheckpoint(json, checkpoint);
        if (body.Job is { } job) json.WriteString("job"u8, job.ToString());
        json.WriteString("machine"u8, body.Machine.ToString());
        json.WriteString("machineName"u8, body.MachineName);
        json.WriteStartArray("paths"u8);
        foreach (byte[] path in body.Paths) json.WriteBase64StringValue(path);
        json.WriteEndArray();
        json.WriteString("policy"u8, body.Policy);
        if (body.Previous is { } previous) json.WriteString("previous"u8, previous.ToString());
        json.WriteString("readFrom"u8, body.ReadFrom);
        json.WriteNumber("sequence"u8, body.Sequence);
        json.WriteString("source"u8, body.Source.ToString());
        json.WriteString("sourceType"u8, body.SourceType);
        WriteStatistics(json, body.Statistics);
        WriteVolume(json, body.Volume);
    });

    /// <exception cref="CorruptionException">Not such a body.</exception>
    public static PointBody Decode(ReadOnlySpan<byte> bytes, string place) =>
        CanonicalJson.Read(bytes, place, static root => new PointBody
        {
            AgentTime = root.Time("agentTime"),
            Checkpoint = root.TryChild("checkpoint", out var checkpoint) ? ReadCheckpoint(checkpoint) : null,
            Job = root.TryChild("job", out var job) ? JobId.Parse(job.GetString()!) : null,
            Machine = MachineId.Parse(root.Text("machine")),
            MachineName = root.Text("machineName"),
            Paths = [.. root.Children("paths").Select(p => p.GetBytesFromBase64())],
            Policy = root.Text("policy"),
            Previous = root.TryChild("previous", out var previous) ? ObjectId.Parse(previous.GetString()!) : null,
            ReadFrom = root.Text("readFrom"),
            Sequence = Least(root.Number("sequence"), 1, "sequence"),
            Source = SourceId.Parse(root.Text("source")),
            SourceType = root.Text("sourceType"),
            Statistics = ReadStatistics(root.Child("statistics")),
            Volume = ReadVolume(root.Child("volume")),
        });

    public static void WriteStatistics(Utf8JsonWriter json, PointStatistics statistics)
    {
        json.WriteStartObject("statistics"u8);
        json.WriteNumber("bytes"u8, statistics.Bytes);
        json.WriteNumber("bytesRead"u8, statistics.BytesRead);
        json.WriteNumber("files"u8, statistics.Files);
        json.WriteNumber("filesRead"u8, statistics.FilesRead);
        json.WriteNumber("folders"u8, statistics.Folders);
        json.WriteNumber("newBytes"u8, statistics.NewBytes);
        json.WriteNumber("others"u8, statistics.Others);
        json.WriteNumber("storedBytes"u8, statistics.StoredBytes);
        json.WriteNumber("warnings"u8, statistics.Warnings);
        json.WriteEndObject();
    }

    public static PointStatistics ReadStatistics(JsonElement json) => new()
    {
        Bytes = json.Number("bytes"),
        BytesRead = json.Number("bytesRead"),
        Files = json.Number("files"),
        FilesRead = json.Number("filesRead"),
        Folders = json.Number("folders"),
        NewBytes = json.Number("newBytes"),
        Others = json.Number("others"),
        StoredBytes = json.Number("storedBytes"),
        Warnings = json.Number("warnings"),
    };

    private static long Least(long value, long least, string name) =>
        value >= least ? value : throw new FormatException($"'{name}' is {value}");

    private static uint Nanoseconds(JsonElement json, string name) =>
        json.Child(name).GetUInt32() is < 1_000_000_000 and var value
            ? value
            : throw new FormatException($"'{name}' is a second or more");

    private static void WriteCheckpoint(Utf8JsonWriter json, CheckpointPart checkpoint)
    {
        json.WriteStartObject("checkpoint"u8);
        if (checkpoint.InHand is { } file)
        {
            json.WriteStartObject("inHand"u8);
            json.WriteNumber("coveredBytes"u8, file.CoveredBytes);
            json.WriteNumber("ctimeNanoseconds"u8, file.CtimeNanoseconds);
            json.WriteNumber("ctimeSeconds"u8, file.CtimeSeconds);
            json.WriteNumber("inode"u8, file.Inode);
            json.WriteNumber("mtimeNanoseconds"u8, file.MtimeNanoseconds);
            json.WriteNumber("mtimeSeconds"u8, file.MtimeSeconds);
            json.WriteBase64String("path"u8, file.Path);
            json.WriteNumber("size"u8, file.Size);
            json.WriteEndObject();
        }

        json.WriteBase64String("lastPath"u8, checkpoint.LastPath);
        json.WriteEndObject();
    }

    private static CheckpointPart ReadCheckpoint(JsonElement json) => new()
    {
        LastPath = json.Child("lastPath").GetBytesFromBase64(),
        InHand = json.TryChild("inHand", out var file)
            ? new FileInHand(
                file.Child("path").GetBytesFromBase64(),
                file.Child("size").GetUInt64(),
                file.Number("mtimeSeconds"),
                Nanoseconds(file, "mtimeNanoseconds"),
                file.Number("ctimeSeconds"),
                Nanoseconds(file, "ctimeNanoseconds"),
                file.Child("inode").GetUInt64(),
                file.Child("coveredBytes").GetUInt64())
            : null,
    };

    private static void WriteVolume(Utf8JsonWriter json, VolumeDescription volume)
    {
        json.WriteStartObject("volume"u8);
        json.WriteString("fileSystem"u8, volume.FileSystem);
        json.WriteBase64String("mountPath"u8, volume.MountPath);
        json.WriteBase64String("root"u8, volume.Root);
        json.WriteString("subvolume"u8, volume.Subvolume);
        json.WriteString("uuid"u8, volume.Uuid);
        json.WriteEndObject();
    }

    private static VolumeDescription ReadVolume(JsonElement json) => new(
        json.Text("fileSystem"),
        json.Text("uuid"),
        json.Text("subvolume"),
        json.Child("root").GetBytesFromBase64(),
        Absolute(json.Child("mountPath").GetBytesFromBase64()));

    // Every path of the point hangs below it.
    private static byte[] Absolute(byte[] path) =>
        path.Length is > 0 and <= Limits.MaxPathBytes && path[0] == (byte)'/' && !path.AsSpan().Contains((byte)0)
            ? path
            : throw new FormatException("'mountPath' is no absolute path");
}
