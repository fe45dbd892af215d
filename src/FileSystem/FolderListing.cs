namespace Coffer.FileSystem;

/// <summary>One entry below a folder.</summary>
/// <param name="Path">Relative to the folder.</param>
public sealed record ListedFile(string Path, FileMetadata Metadata);

/// <summary>What lies in a folder of our own, links not followed; what cannot be seen is left out.</summary>
public static class FolderListing
{
    /// <param name="passedOver">Folders right below it that are not looked into.</param>
    /// <param name="limit">Entries at most.</param>
    public static IReadOnlyList<ListedFile> Of(string folder, IReadOnlySet<string> passedOver, int limit)
    {
        var found = new List<ListedFile>();
        var options = new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = 0 };
        var open = new Stack<string>([folder]);
        while (open.TryPop(out string? next) && Directory.Exists(next))
        {
            foreach (string path in Directory.EnumerateFileSystemEntries(next, "*", options))
            {
                if (found.Count >= limit) return found;
                if (SystemPaths.Stat(System.Text.Encoding.UTF8.GetBytes(path), out var metadata).IsError) continue;
                string relative = Path.GetRelativePath(folder, path);
                found.Add(new ListedFile(relative, metadata));
                if (metadata.Type == EntryType.Directory && !passedOver.Contains(relative)) open.Push(path);
            }
        }

        return found;
    }
}
