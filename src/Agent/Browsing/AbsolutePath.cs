using Coffer.Domain;
using Coffer.FileSystem;

namespace Coffer.Agent.Browsing;

/// <summary>
/// Absolute paths in the form that listings are ordered by: no slash at either end, the root empty. So a path of a
/// volume and the path of its mount join by one slash, and <see cref="PathOrder"/> holds for both.
/// </summary>
public static class AbsolutePath
{
    /// <summary>Takes the slashes off; refuses what is not absolute and plain.</summary>
    /// <exception cref="FaultException"><c>path.not-absolute</c>.</exception>
    public static byte[] ToKey(ReadOnlySpan<byte> absolute)
    {
        if (absolute.IsEmpty || absolute[0] != (byte)'/') throw NotPlain(absolute);
        var key = new List<byte>(absolute.Length);
        foreach (var range in absolute.Split((byte)'/'))
        {
            var component = absolute[range];
            if (component.IsEmpty || component.SequenceEqual("."u8)) continue;
            if (component.SequenceEqual(".."u8) || component.Contains((byte)0)) throw NotPlain(absolute);
            if (key.Count > 0) key.Add((byte)'/');
            key.AddRange(component);
        }

        return [.. key];
    }

    public static byte[] FromKey(ReadOnlySpan<byte> key) => [(byte)'/', .. key];

    /// <summary>Folder and what lies in it, as one key.</summary>
    public static byte[] Join(ReadOnlySpan<byte> folder, ReadOnlySpan<byte> below) =>
        folder.IsEmpty ? below.ToArray() : below.IsEmpty ? folder.ToArray() : [.. folder, (byte)'/', .. below];

    /// <summary>What is left of a key below a folder that holds it.</summary>
    public static ReadOnlySpan<byte> Below(ReadOnlySpan<byte> key, ReadOnlySpan<byte> folder) =>
        folder.IsEmpty ? key : key.Length == folder.Length ? default : key[(folder.Length + 1)..];

    public static string Render(ReadOnlySpan<byte> key) => PathText.Render(FromKey(key));

    private static FaultException NotPlain(ReadOnlySpan<byte> path) => FaultException.Usage(
        "path.not-absolute", $"'{PathText.Render(path)}' is not an absolute path.",
            "Write it from the root on, without '..'.");
}
