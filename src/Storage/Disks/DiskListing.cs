using Coffer.Storage.Systems;

namespace Coffer.Storage.Disks;

/// <summary>
/// Walks the files of a store in the order of their full names. Holds one folder's names at a time per level. Files
/// whose path is no <see cref="StoreName"/> are not the store's and are passed over.
/// </summary>
internal sealed class DiskListing(DiskLayout layout)
{
    public IEnumerable<StoreEntry> Below(StoreName? folder) => Walk(folder is { } f ? f.Value + "/" : "");

    private IEnumerable<StoreEntry> Walk(string prefix)
    {
        foreach (var (key, length) in Children(prefix))
        {
            if (length is null)
            {
                foreach (var entry in Walk(prefix + key)) yield return entry;
            }
            else if (StoreName.TryParse(prefix + key, out var name))
            {
                yield return new StoreEntry(name, length.Value);
            }
        }
    }

    // A folder sorts as if its name ended in '/', which is what its contents start with: "a-b" comes before "a/x".
    private List<(string Key, long? Length)> Children(string prefix)
    {
        var children = new List<(string Key, long? Length)>();
        try
        {
            foreach (var child in new DirectoryInfo($"{layout.Root}/{prefix}").EnumerateFileSystemInfos())
            {
                if (!StoreName.IsComponent(child.Name)) continue;
                if (child is FileInfo file) AddFile(children, file);
                else if (prefix.Length > 0 || child.Name != StoreName.Unfinished)
                    children.Add((child.Name + "/", null));
            }
        }
        catch (DirectoryNotFoundException)
        {
            if (layout.IsGone) throw StoreFaults.Lost($"list {prefix}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw layout.Explain(PortableFiles.Wrapped(e, ""), "list", prefix);
        }
        children.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        return children;
    }

    private static void AddFile(List<(string Key, long? Length)> children, FileInfo file)
    {
        try
        {
            children.Add((file.Name, file.Length));
        }
        catch (FileNotFoundException)
        {
            // Deleted since its folder was read: a listing may leave it out.
        }
    }
}
