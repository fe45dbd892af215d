using System.Text;

namespace Coffer.FileSystem.Mounts;

/// <summary>Where the cache folder may lie: on a disk that stays, in a folder that nobody else can change.</summary>
public static class CachePlace
{
    /// <summary>
    /// Why it is unsafe to use a folder at all, whatever disk it lies on; null where it is safe or does not exist.
    /// </summary>
    /// <param name="path">Absolute.</param>
    public static string? DangerOf(string path)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Path.TrimEndingDirectorySeparator(path));
        if (SystemPaths.Stat(bytes, out FileMetadata found).IsError) return null;
        if (found.Type == EntryType.SymbolicLink) return "it is a symbolic link";
        if (found.Type != EntryType.Directory) return "it is not a directory";
        return (found.Mode & 2) != 0 ? "every user may write in it" : null;
    }

    /// <summary>Why a folder cannot be chosen for the cache, as the end of a sentence; null when it can.</summary>
    /// <param name="path">Absolute; need not exist, then the nearest folder above counts.</param>
    public static string? ReasonAgainst(string path, MountTable table)
    {
        if (DangerOf(path) is { } danger) return danger;
        string? existing = path;
        while (existing is not null && !Directory.Exists(existing)) existing = Path.GetDirectoryName(existing);
        OsError error = SystemPaths.Resolve(Encoding.UTF8.GetBytes(existing ?? "/"), out byte[] real);
        if (error.IsError) return error.Text;
        Mount mount = table.Of(real);
        return mount.IsReadOnly
            ? "it lies on a read-only file system" : ReasonAgainst(mount.Class, mount.FileSystemType);
    }

    internal static string? ReasonAgainst(MountClass place, string type) => place switch
    {
        MountClass.Network => $"it lies on a network file system ({type})",
        MountClass.Removable => "it lies on a removable disk",
        MountClass.Memory => $"it lies in memory ({type}) and would be lost at the next start",
        MountClass.Overlay => $"it lies on an overlay file system ({type})",
        MountClass.Pseudo => $"{type} holds no files",
        _ => null,
    };
}
