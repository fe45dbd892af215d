using System.Text;
using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Mounts;

/// <summary>
/// Where the cache folder may lie: on a disk of this machine that stays, in a folder that nobody else can change or
/// replace. The one place for these rules: what chooses a folder, what uses it and what examines it all ask here.
/// </summary>
public static class CachePlace
{
    private const uint OthersWrite = 0x2, GroupWrites = 0x10, Sticky = 0x200;

    private const string Elsewhere = "Choose an empty folder on a disk of this machine that stays in it.";

    /// <summary>
    /// Why it is unsafe to use a folder at all, whatever disk it lies on; null where it is safe or does not exist.
    /// </summary>
    /// <param name="path">Absolute.</param>
    public static PlaceObjection? DangerOf(string path)
    {
        var error = SystemPaths.Stat(Bytes(path), out FileMetadata found);
        if (error.Cause == OsCause.Missing) return null;
        if (error.IsError) return new($"the system does not show it ({error.Text})", "Bring its disk back.");
        if (found.Type == EntryType.SymbolicLink)
            return new("it is a symbolic link", "Name the folder that it leads to.");
        if (found.Type != EntryType.Directory) return new("it is not a directory", "Name a folder.");
        if ((found.Mode & OthersWrite) != 0) return new("every user may write in it", Closing(path));
        return (found.Mode & GroupWrites) != 0 ? new("its group may write in it", Closing(path)) : null;
    }

    /// <summary>
    /// Why a folder cannot be told to be the cache's, or no longer be used as that; null where it can. Stricter than
    /// <see cref="UnfitnessOf"/> for the folder in the home, which lies wherever keys and settings lie too.
    /// </summary>
    /// <param name="path">Absolute, without links; it need not exist.</param>
    public static PlaceObjection? ObjectionTo(string path, MountTable table, MountPlan plan)
    {
        if (DangerOf(path) is { } danger) return danger;
        if (!SystemPaths.Stat(Bytes(path), out var found).IsError && found.Uid != Account.EffectiveUid)
            return new($"it belongs to another user ({found.Uid})",
                $"Give it to this one (chown {Account.EffectiveUid}), or choose another.");
        if (plan.MissingAbove(Bytes(path), table) is { } absent)
            return new($"it is offline: {Domain.PathText.Render(absent)}, above it, is in /etc/fstab and not mounted",
                "Mount it first.");
        return ReplaceableBy(path) ?? UnfitnessOf(path, table);
    }

    /// <summary>Why the disk under a folder does not suit a cache; null where it does.</summary>
    /// <param name="path">Absolute; need not exist, then the nearest folder above counts.</param>
    public static PlaceObjection? UnfitnessOf(string path, MountTable table)
    {
        string? existing = path;
        while (existing is not null && !Directory.Exists(existing)) existing = Path.GetDirectoryName(existing);
        OsError error = SystemPaths.Resolve(Bytes(existing ?? "/"), out byte[] real);
        if (error.IsError) return new(error.Text, Elsewhere);
        Mount mount = table.Of(real);
        return mount.IsReadOnly
            ? new("it lies on a read-only file system", "Mount it for writing.")
            : UnfitnessOf(mount.Class, mount.FileSystemType);
    }

    internal static PlaceObjection? UnfitnessOf(MountClass place, string type) => place switch
    {
        MountClass.Network => new($"it lies on a network file system ({type})", Elsewhere),
        MountClass.Removable => new("it lies on a removable disk", Elsewhere),
        MountClass.Memory => new($"it lies in memory ({type}) and would be lost at the next start", Elsewhere),
        MountClass.Overlay => new($"it lies on an overlay file system ({type})",
            "In a container: choose a folder on a volume of it. Elsewhere: one on a disk that stays."),
        MountClass.Pseudo => new($"{type} holds no files", Elsewhere),
        _ => null,
    };

    // Who may rename a folder on the way puts another one in its place.
    private static PlaceObjection? ReplaceableBy(string path)
    {
        for (string? above = Path.GetDirectoryName(path); above is not null; above = Path.GetDirectoryName(above))
        {
            if (SystemPaths.Stat(Bytes(above), out var found).IsError) continue;
            if (found.Uid != 0 && found.Uid != Account.EffectiveUid)
                return new($"it lies in {above}, which belongs to another user ({found.Uid})", Elsewhere);
            if ((found.Mode & OthersWrite) != 0 && (found.Mode & Sticky) == 0)
                return new($"it lies in {above}, where every user may rename what is there", Elsewhere);
        }

        return null;
    }

    private static string Closing(string path) =>
        $"If nobody can have put anything there: chmod 700 {Domain.PathText.AsWord(path)}; or choose another folder.";

    private static byte[] Bytes(string path) => Encoding.UTF8.GetBytes(
        path.Length > 1 ? Path.TrimEndingDirectorySeparator(path) : path);
}
