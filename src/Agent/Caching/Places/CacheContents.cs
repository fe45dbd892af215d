using Coffer.Domain;
using Coffer.FileSystem;

namespace Coffer.Agent.Caching.Places;

/// <param name="Path">Relative to the cache folder.</param>
internal readonly record struct CacheFile(string Path, long Size);

/// <summary>
/// What a cache folder holds of ours, by its names: a folder for each data source, the same once more under "seed",
/// "spool", and the marker. Whatever else lies there belongs to somebody else, and stays.
/// </summary>
internal static class CacheContents
{
    private const string Seed = "seed", Spool = "spool";

    /// <summary>What is worth to be taken along when the cache moves, in the order of its names.</summary>
    public static IReadOnlyList<CacheFile> Lasting(string folder)
    {
        var files = new List<CacheFile>();
        foreach (string source in SourceFolders(folder))
            foreach (string name in SourceCache.LastingFiles)
            {
                var file = new FileInfo(Path.Combine(source, name));
                if (file.Exists && file.LinkTarget is null)
                    files.Add(new CacheFile(Path.GetRelativePath(folder, file.FullName), file.Length));
            }

        files.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        return files;
    }

    /// <summary>Nothing in it, or nothing but what a cache has.</summary>
    public static bool IsOurs(string folder) =>
        Directory.EnumerateFileSystemEntries(folder).All(static path => IsOurFolder(path) || IsMarker(path));

    /// <summary>Nothing in it but what a kill may leave of a marker that was being written.</summary>
    public static bool IsEmpty(string folder) => Directory.EnumerateFileSystemEntries(folder)
        .All(static path => IsMarker(path) && Path.GetFileName(path) != CacheMarker.Name);

    /// <summary>Removes all files of ours but those given, and the folders that are empty then.</summary>
    /// <param name="kept">Relative to the folder.</param>
    public static void RemoveAllBut(string folder, IReadOnlySet<string> kept)
    {
        foreach (string part in SourceFolders(folder).Append(Path.Combine(folder, Spool)))
        {
            if (!IsRealFolder(part)) continue;
            foreach (var file in new DirectoryInfo(part).EnumerateFiles())
                if (IsOurFile(part, file) && !kept.Contains(Path.GetRelativePath(folder, file.FullName))) file.Delete();
            RemoveIfEmpty(part);
        }

        RemoveIfEmpty(Path.Combine(folder, Seed));
    }

    /// <summary>
    /// Removes all of ours, the marker last: what a kill leaves is still known as ours. Where nothing else is in it,
    /// the folder goes too.
    /// </summary>
    public static void Remove(string folder)
    {
        RemoveAllBut(folder, new HashSet<string>());
        foreach (string marker in Directory.GetFiles(folder).Where(IsMarker).Order(StringComparer.Ordinal))
            File.Delete(marker);
        RemoveIfEmpty(folder);
    }

    // The marker itself, or the temporary file that becomes it.
    private static bool IsMarker(string path) =>
        Path.GetFileName(path) == CacheMarker.Name
        || Path.GetFileName(path).StartsWith($".{CacheMarker.Name}.", StringComparison.Ordinal);

    private static bool IsOurFolder(string path) =>
        IsRealFolder(path) && (Path.GetFileName(path) is Seed or Spool || IsSource(path));

    private static IEnumerable<string> SourceFolders(string folder) =>
        new[] { folder, Path.Combine(folder, Seed) }.Where(IsRealFolder)
            .SelectMany(static parent => Directory.GetDirectories(parent))
            .Where(static path => IsRealFolder(path) && IsSource(path));

    private static bool IsSource(string path)
    {
        string name = Path.GetFileName(path);
        return name.Length == 2 * Id128.Size && name.All(char.IsAsciiHexDigitLower);
    }

    private static bool IsOurFile(string folder, FileInfo file) => file.LinkTarget is null
        && (Path.GetFileName(folder) == Spool
            ? file.Name.All(char.IsAsciiDigit)
            : SourceCache.NameStarts.Any(start => file.Name.StartsWith(start, StringComparison.Ordinal)));

    // A link is followed nowhere: it would lead out of the cache.
    private static bool IsRealFolder(string path) =>
        !SystemPaths.Stat(System.Text.Encoding.UTF8.GetBytes(path), out var found).IsError
        && found.Type == EntryType.Directory;

    private static void RemoveIfEmpty(string folder)
    {
        if (!IsRealFolder(folder) || Directory.EnumerateFileSystemEntries(folder).Any()) return;
        try
        {
            Directory.Delete(folder);
        }
        catch (IOException)
        {
            // A mount point cannot be removed; it is empty, which is what counts.
        }
    }
}
