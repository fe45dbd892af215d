using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Coffer.Domain;
using Coffer.Format.Points;
using Coffer.Format.Records;

namespace Coffer.Vault.Seeding;

/// <summary>The newest point of a data source, as a seed has it.</summary>
/// <param name="FrameHash">SHA-256 of its sealed frame: what it refers to cannot be told apart otherwise.</param>
internal sealed record SeedPoint(
    ObjectId Id, byte[] FrameHash, SourceId Source, string SourceType, string SourceLabel, long Sequence,
    DateTimeOffset AgentTime, PointStatistics Statistics, JobId? Job);

/// <summary>
/// What makes an embedded vault's folder a seed of one server: two files beside the vault's own.
/// <c>seed-KEYSPACE.packs</c> holds the hashes of all its packs, 32 bytes each. <c>seed-KEYSPACE.json</c> says for
/// which vault it is, which packs and points it has, and is signed by the keyspace's access key: canonical JSON, a
/// newline, the signature (ECDSA P-256 with SHA-256, r then s) in hexadecimal digits, a newline.
/// </summary>
/// <remarks>
/// The signature is the proof of ownership: the vault knows the access key of each of its servers, and only who holds
/// the data key can sign with it. Envelopes and the key itself lie in the clear on every disk of the vault and prove
/// nothing.
/// </remarks>
/// <param name="Vault">For which it was made.</param>
/// <param name="PackBytes">Of all packs.</param>
/// <param name="PackList">SHA-256 of the other file.</param>
internal sealed record SeedManifest(
    VaultId Vault, KeyspaceId Keyspace, MachineId Machine, string MachineName, long Packs, long PackBytes,
    byte[] PackList, IReadOnlyList<SeedPoint> Points)
{
    public const string NameBegin = "seed-", NameEnd = ".json", ListEnd = ".packs";

    public const int SignatureSize = 64;

    private const string Magic = "coffer-seed";
    private const int Version = 1;
    private const int Tail = 1 + (2 * SignatureSize) + 1;

    public static string NameOf(KeyspaceId keyspace) => $"{NameBegin}{keyspace}{NameEnd}";

    public static string ListNameOf(KeyspaceId keyspace) => $"{NameBegin}{keyspace}{ListEnd}";

    /// <summary>What is signed: nothing else that an access key signs begins so.</summary>
    public static byte[] Message(ReadOnlySpan<byte> json) => [.. "coffer/1/seed\n"u8, .. json];

    /// <param name="sign">By the access key.</param>
    public byte[] Encode(Func<byte[], byte[]> sign)
    {
        byte[] json = CanonicalJson.Write(Write);
        byte[] signature = sign(Message(json));
        Invariant.Holds(signature.Length == SignatureSize);
        return [.. json, (byte)'\n', .. Encoding.ASCII.GetBytes(Convert.ToHexStringLower(signature)), (byte)'\n'];
    }

    /// <summary>Nothing of it counts until the signature was checked.</summary>
    /// <exception cref="CorruptionException">None, or one of a newer version.</exception>
    public static (SeedManifest Manifest, byte[] Message, byte[] Signature) Decode(byte[] file, string place)
    {
        byte[] signature = new byte[SignatureSize];
        bool isForm = file.Length > Tail && file[^1] == '\n' && file[^Tail] == '\n'
            && Hex.TryRead(Encoding.ASCII.GetString(file, file.Length - Tail + 1, 2 * SignatureSize), signature);
        if (!isForm) throw new CorruptionException(place, "a seed's signed description", "other bytes, or fewer");
        var json = file.AsSpan(0, file.Length - Tail);
        return (CanonicalJson.Read(json, place, Read), Message(json), signature);
    }

    public static byte[] HashOf(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes);

    private void Write(Utf8JsonWriter json)
    {
        json.WriteString("format"u8, Magic);
        json.WriteNumber("formatVersion"u8, Version);
        json.WriteString("keyspace"u8, Keyspace.ToString());
        json.WriteString("machine"u8, Machine.ToString());
        json.WriteString("machineName"u8, MachineName);
        json.WriteNumber("packBytes"u8, PackBytes);
        json.WriteString("packList"u8, Convert.ToHexStringLower(PackList));
        json.WriteNumber("packs"u8, Packs);
        json.WriteStartArray("points"u8);
        foreach (var point in Points) Write(json, point);
        json.WriteEndArray();
        json.WriteString("vault"u8, Vault.ToString());
    }

    private static void Write(Utf8JsonWriter json, SeedPoint point)
    {
        json.WriteStartObject();
        json.WriteString("agentTime"u8, CanonicalJson.Time(point.AgentTime));
        json.WriteString("frame"u8, Convert.ToHexStringLower(point.FrameHash));
        json.WriteString("id"u8, point.Id.ToString());
        if (point.Job is { } job) json.WriteString("job"u8, job.ToString());
        json.WriteNumber("sequence"u8, point.Sequence);
        json.WriteString("source"u8, point.Source.ToString());
        json.WriteString("sourceLabel"u8, point.SourceLabel);
        json.WriteString("sourceType"u8, point.SourceType);
        PointBodyCodec.WriteStatistics(json, point.Statistics);
        json.WriteEndObject();
    }

    private static SeedManifest Read(JsonElement json)
    {
        if (json.Text("format") != Magic || json.Number("formatVersion") != Version)
            throw new FormatException("it is of another program, or of a newer version of this one");
        var points = json.Children("points").Take(Limits.SeedPoints + 1).Select(ReadPoint).ToList();
        long packs = json.Number("packs");
        if (points.Count > Limits.SeedPoints || packs is < 0 or > Limits.SeedPacks || json.Number("packBytes") < 0)
            throw new FormatException("it has more than a seed may have");
        return new SeedManifest(
            VaultId.Parse(json.Text("vault")), KeyspaceId.Parse(json.Text("keyspace")),
            MachineId.Parse(json.Text("machine")), json.Text("machineName"), packs, json.Number("packBytes"),
            HashIn(json, "packList"), points);
    }

    private static SeedPoint ReadPoint(JsonElement json) => new(
        ObjectId.Parse(json.Text("id")), HashIn(json, "frame"), SourceId.Parse(json.Text("source")),
        json.Text("sourceType"), json.Text("sourceLabel"), json.Number("sequence"), json.Time("agentTime"),
        PointBodyCodec.ReadStatistics(json.Child("statistics")),
        json.TryChild("job", out var job) ? JobId.Parse(job.GetString()!) : null);

    private static byte[] HashIn(JsonElement json, string name)
    {
        byte[] hash = new byte[SHA256.HashSizeInBytes];
        return Hex.TryRead(json.Text(name), hash) ? hash : throw new FormatException($"'{name}' is no hash");
    }
}
