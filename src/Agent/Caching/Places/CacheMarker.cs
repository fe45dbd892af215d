using Coffer.Agent.Homes;
using Coffer.Domain;
using Coffer.FileSystem.Secrets;
using Coffer.Format.Records;

namespace Coffer.Agent.Caching.Places;

/// <summary>
/// The file that makes a folder outside the home this home's cache. Nothing is written into a folder with files and
/// without it, and nothing removed.
/// </summary>
internal static class CacheMarker
{
    public const string Name = "coffer-cache.json";

    private const int MaxBytes = 64 << 10;

    public static void Write(string folder, Id128 id, AgentHome home) =>
        SecretFile.Write(Path.Combine(folder, Name), CanonicalJson.Write(json =>
        {
            json.WriteString("about"u8, "Cache of a Coffer agent; losing it costs time, never data.");
            json.WriteString("home"u8, home.Folder);
            json.WriteString("id"u8, id.ToString());
        }));

    /// <summary>Null where there is none, or none that can be read.</summary>
    public static Id128? Read(string folder)
    {
        try
        {
            string path = Path.Combine(folder, Name);
            return GivenFile.Read(path, MaxBytes) is { } bytes
                ? CanonicalJson.Read(bytes, path, static root => Id128.Parse(root.Text("id")))
                : null;
        }
        catch (Exception e) when (e is FaultException or CorruptionException)
        {
            return null;
        }
    }
}
