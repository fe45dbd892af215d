using System.Text.Json;
using Coffer.Domain;
using Coffer.Format.Packs;
using Coffer.Format.Records;

namespace Coffer.Vault.Records;

/// <summary>What has become of a pack. On disk and in rows: numbers are never reused.</summary>
internal enum PackState
{
    Present = 1,

    /// <summary>Being deleted; the name is never used again.</summary>
    Removing = 2,
    Removed = 3,

    /// <summary>Damaged, kept while a point names something in it.</summary>
    Quarantined = 4,
}

/// <summary>A run of frames of one pack that one machine sent at one time.</summary>
/// <param name="Writer">Null: nobody knows.</param>
internal sealed record FrameOrigin(int Frames, MachineId? Writer, DateTimeOffset Received);

/// <summary>Says who sent a pack and when the vault received it; an index is rebuilt from packs and these.</summary>
internal sealed record PackReceipt(
    ObjectId Pack, MachineId Writer, DateTimeOffset Received, long Length, PackState State)
{
    /// <summary>Of a pack that collection made: where its frames came from, in the order of its table.</summary>
    public IReadOnlyList<FrameOrigin> Origins { get; init; } = [];

    public void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("length"u8, Length);
        if (Origins.Count > 0)
        {
            json.WriteStartArray("origins"u8);
            foreach (var origin in Origins)
            {
                json.WriteStartObject();
                json.WriteNumber("frames"u8, origin.Frames);
                json.WriteString("received"u8, CanonicalJson.Time(origin.Received));
                if (origin.Writer is { } writer) json.WriteString("writer"u8, writer.ToString());
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteString("pack"u8, Pack.ToString());
        json.WriteString("received"u8, CanonicalJson.Time(Received));
        json.WriteString("state"u8, State.ToString().ToLowerInvariant());
        json.WriteString("writer"u8, Writer.ToString());
    }

    public static PackReceipt Read(JsonElement json) => new(
        ObjectId.Parse(json.Text("pack")), MachineId.Parse(json.Text("writer")), json.Time("received"),
        json.Number("length"), StateOf(json.Text("state")))
    {
        Origins = json.TryChild("origins", out _)
            ? [.. json.Children("origins").Select(origin => new FrameOrigin(
                checked((int)origin.Number("frames")),
                origin.TryChild("writer", out _) ? MachineId.Parse(origin.Text("writer")) : null,
                origin.Time("received")))]
            : [],
    };

    private static PackState StateOf(string text) => text switch
    {
        "present" => PackState.Present,
        "removing" => PackState.Removing,
        "removed" => PackState.Removed,
        "quarantined" => PackState.Quarantined,
        _ => throw new FormatException($"'{text}' is no state of a pack"),
    };
}
