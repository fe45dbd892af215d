using System.Text.Json;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.Format.Points;
using Coffer.Format.Records;

namespace Coffer.Agent.Homes;

/// <summary>A data source of this machine: its id, given when its volume was first selected, and that volume.</summary>
/// <param name="Label">Where the volume was mounted, for people.</param>
public sealed record KnownSource(SourceId Id, string Label, VolumeDescription Volume)
{
    internal static byte[] EncodeAll(IReadOnlyList<KnownSource> sources) => CanonicalJson.Write(json =>
    {
        json.WriteStartArray("sources"u8);
        foreach (var source in sources) source.Write(json);
        json.WriteEndArray();
    });

    internal static IReadOnlyList<KnownSource> DecodeAll(byte[] bytes, string place) =>
        CanonicalJson.Read<IReadOnlyList<KnownSource>>(bytes, place, static root =>
        [
            .. root.Children("sources").Select(static source => new KnownSource(
                SourceId.Parse(source.Text("id")),
                source.Text("label"),
                new VolumeDescription(
                    source.Text("fileSystem"), source.Text("uuid"), source.Text("subvolume"),
                    PathText.Parse(source.Text("root")), PathText.Parse(source.Text("mountPath"))))),
        ]);

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("fileSystem"u8, Volume.FileSystem);
        json.WriteString("id"u8, Id.ToString());
        json.WriteString("label"u8, Label);
        json.WriteString("mountPath"u8, PathText.Render(Volume.MountPath));
        json.WriteString("root"u8, PathText.Render(Volume.Root));
        json.WriteString("subvolume"u8, Volume.Subvolume);
        json.WriteString("uuid"u8, Volume.Uuid);
        json.WriteEndObject();
    }
}
