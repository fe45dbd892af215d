using System.Security.Cryptography;

namespace Coffer.Turmoil.Places;

/// <summary>
/// What a tree holds, one line an entry: kind, path, mode, time of change, and the hash of a file or a link's target.
/// </summary>
internal sealed class Manifest
{
    private readonly SortedDictionary<string, string> _entries;

    private Manifest(SortedDictionary<string, string> entries) => _entries = entries;

    public int Count => _entries.Count;

    /// <summary>Folders right below the top.</summary>
    public IReadOnlyList<string> Folders =>
        [.. _entries.Where(entry => !entry.Key.Contains('/') && entry.Value[0] == 'D').Select(entry => entry.Key)];

    public static Manifest Of(string folder)
    {
        var entries = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Add(entries, new DirectoryInfo(folder), "");
        return new Manifest(entries);
    }

    public static Manifest Load(string file)
    {
        var entries = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(file))
        {
            int space = line.IndexOf(' ');
            entries.Add(line[..space], line[(space + 1)..]);
        }
        return new Manifest(entries);
    }

    public void Save(string file) => File.WriteAllLines(file, _entries.Select(entry => $"{entry.Key} {entry.Value}"));

    /// <summary>What lies in one folder right below the top.</summary>
    public Manifest Below(string folder)
    {
        var below = _entries.Where(entry => entry.Key.StartsWith(folder + "/", StringComparison.Ordinal));
        return new Manifest(new SortedDictionary<string, string>(
            below.ToDictionary(entry => entry.Key[(folder.Length + 1)..], entry => entry.Value),
            StringComparer.Ordinal));
    }

    /// <summary>The first few differences; empty where there are none.</summary>
    public IReadOnlyList<string> DifferencesTo(Manifest found)
    {
        const int Told = 5;
        var all = _entries.Keys.Union(found._entries.Keys);
        return [.. all.Where(path => _entries.GetValueOrDefault(path) != found._entries.GetValueOrDefault(path))
            .Select(path => $"{path}: {Tell(this, path)}, found {Tell(found, path)}").Take(Told)];
    }

    private static string Tell(Manifest manifest, string path) =>
        manifest._entries.GetValueOrDefault(path) ?? "nothing";

    private static void Add(SortedDictionary<string, string> entries, DirectoryInfo folder, string prefix)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            string path = prefix + entry.Name;
            if (entry.LinkTarget is { } target)
            {
                entries.Add(path, $"L {target}");
            }
            else if (entry is DirectoryInfo below)
            {
                entries.Add(path, $"D {entry.UnixFileMode}");
                Add(entries, below, path + "/");
            }
            else
            {
                using var file = File.OpenRead(entry.FullName);
                string hash = Convert.ToHexStringLower(SHA256.HashData(file));
                entries.Add(path, $"F {entry.UnixFileMode} {entry.LastWriteTimeUtc.Ticks} {file.Length} {hash}");
            }
        }
    }
}
