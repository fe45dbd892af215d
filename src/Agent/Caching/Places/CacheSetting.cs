using System.Text.Json;
using Coffer.Domain;
using Coffer.Format.Points;
using Coffer.Format.Records;

namespace Coffer.Agent.Caching.Places;

/// <summary>A folder that was chosen for the cache.</summary>
/// <param name="Folder">Absolute, without links.</param>
/// <param name="Id">What the marker in it says, so that no other folder is taken for it.</param>
/// <param name="Volume">The disk it was chosen on.</param>
public sealed record CacheSetting(string Folder, Id128 Id, VolumeDescription Volume)
{
    /// <summary>Members "cache" and "cachesLeft", which come in this order.</summary>
    internal static void Write(Utf8JsonWriter json, CacheSetting? now, IReadOnlyList<CacheSetting> left)
    {
        if (now is not null)
        {
            json.WritePropertyName("cache"u8);
            now.Write(json);
        }

        if (left.Count == 0) return;
        json.WriteStartArray("cachesLeft"u8);
        foreach (var cache in left) cache.Write(json);
        json.WriteEndArray();
    }

    internal static CacheSetting? Read(JsonElement settings) =>
        settings.TryChild("cache", out var cache) ? Of(cache) : null;

    internal static IReadOnlyList<CacheSetting> ReadLeft(JsonElement settings) =>
        settings.TryChild("cachesLeft", out _) ? [.. settings.Children("cachesLeft").Select(Of)] : [];

    private static CacheSetting Of(JsonElement json) => new(
        json.Text("folder"),
        Id128.Parse(json.Text("id")),
        new VolumeDescription(
            json.Text("fileSystem"), json.Text("uuid"), json.Text("subvolume"), PathText.Parse(json.Text("root")),
            PathText.Parse(json.Text("mountPath"))));

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("fileSystem"u8, Volume.FileSystem);
        json.WriteString("folder"u8, Folder);
        json.WriteString("id"u8, Id.ToString());
        json.WriteString("mountPath"u8, PathText.Render(Volume.MountPath));
        json.WriteString("root"u8, PathText.Render(Volume.Root));
        json.WriteString("subvolume"u8, Volume.Subvolume);
        json.WriteString("uuid"u8, Volume.Uuid);
        json.WriteEndObject();
    }
}
