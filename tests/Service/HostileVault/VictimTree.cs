using System.Security.Cryptography;

namespace Coffer.Service.HostileVault;

/// <summary>A few files of each kind, and a look at whether they are still, or again, what they were.</summary>
internal sealed class VictimTree(string folder)
{
    public string Folder { get; } = folder;

    public void Write(int seed)
    {
        var random = new Random(seed);
        Put("a.txt", 20, random);
        Put("folder/middle.bin", 40_000, random);
        Put("folder/deep/tiny", 5, random);
        Put("large.bin", 900_000, random);
        Directory.CreateDirectory(Path.Combine(Folder, "empty"));
        File.CreateSymbolicLink(Path.Combine(Folder, "link"), "a.txt");
    }

    public void Put(string name, int length, Random random)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        string path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    /// <summary>What stands below a folder: path, kind, and bytes or link target.</summary>
    public static SortedDictionary<string, string> Look(string folder)
    {
        var seen = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (!Directory.Exists(folder)) return seen;
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = 0,
        }))
        {
            seen[Path.GetRelativePath(folder, entry.FullName)] = entry switch
            {
                { LinkTarget: { } target } => $"-> {target}",
                DirectoryInfo => "/",
                _ => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(entry.FullName))),
            };
        }
        return seen;
    }

    public SortedDictionary<string, string> Look() => Look(Folder);
}
