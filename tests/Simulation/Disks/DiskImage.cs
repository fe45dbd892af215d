namespace Coffer.Simulation.Disks;

/// <summary>
/// All that a disk holds at one moment: folders and files by path, below a root that is always there.
/// </summary>
internal sealed class DiskImage
{
    public SortedSet<string> Folders { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    public static DiskImage Read(string root)
    {
        var image = new DiskImage();
        foreach (string folder in Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories))
            image.Folders.Add(Path.GetRelativePath(root, folder));
        foreach (string file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
            image.Files.Add(Path.GetRelativePath(root, file), File.ReadAllBytes(file));
        return image;
    }

    public DiskImage WithoutDatabases()
    {
        var image = new DiskImage();
        image.Folders.UnionWith(Folders);
        foreach (var (path, bytes) in Files)
            if (!path.Contains(".db", StringComparison.Ordinal)) image.Files.Add(path, bytes);
        return image;
    }

    public void WriteTo(string root)
    {
        Directory.CreateDirectory(root);
        foreach (string folder in Folders) Directory.CreateDirectory(Path.Combine(root, folder));
        foreach (var (file, bytes) in Files) File.WriteAllBytes(Path.Combine(root, file), bytes);
    }
}
