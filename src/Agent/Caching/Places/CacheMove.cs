using System.Text;
using Coffer.Agent.Homes;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Secrets;

namespace Coffer.Agent.Caching.Places;

/// <param name="Folder">Where the cache lies now.</param>
/// <param name="From">Where it lay before; equal where nothing moved.</param>
/// <param name="BytesMoved">Zero where nothing was there, or could be reached.</param>
public sealed record CacheMoveResult(string Folder, string From, long BytesMoved, bool WasAway);

/// <summary>
/// Moves the cache folder. Killed anywhere it leaves the old one in use and the new one known as a leftover, or the new
/// one in use and the old one known as that; the same command again goes on.
/// 1. The place is judged, and its free space against what is to be copied.
/// 2. The settings name the new folder among those left behind, before anything is made in it.
/// 3. The folder is made, private, with its marker.
/// 4. Each file is copied, synced and read back; what else a cut-off move left there goes; folders are synced.
/// 5. One write of the settings names the new folder in use and the old one left behind.
/// 6. The old one is removed after the next good backup (<see cref="CacheLeftovers"/>).
/// </summary>
/// <param name="passed">Told of each step that lies behind; tests end there.</param>
public sealed class CacheMove(
    AgentHome home, MountTable mounts, MountPlan plan, IProgress<CacheMoveProgress>? progress = null,
    Action<string>? passed = null)
{
    private readonly Action<string> _passed = passed ?? (static _ => { });

    /// <summary>The caller holds the job's lock and the home's.</summary>
    /// <param name="folder">Absolute; null: the one in the home.</param>
    /// <exception cref="FaultException"><c>cache.place</c>, <c>cache.no-space</c>, <c>cache.copy</c>.</exception>
    public CacheMoveResult Run(string? folder, CancellationToken cancellationToken)
    {
        var settings = home.ReadSettings();
        string from = settings.Cache?.Folder ?? home.DefaultCacheFolder;
        string to = folder is null ? home.DefaultCacheFolder : new CacheChoice(home, mounts, plan).Judge(folder);
        if (to == home.DefaultCacheFolder && CachePlace.DangerOf(to) is { } danger)
            throw FaultException.Refused("cache.place", $"{to} cannot be the cache folder: {danger.Reason}.",
                "Remove it, and give the same command again.");
        bool isAway = settings.Cache is { } old && CacheVolume.ReasonAway(old, mounts) is not null;
        if (to == from) return Rebind(settings, to, isAway);
        var files = isAway ? [] : CacheContents.Lasting(from);
        RequireRoom(to, files);
        var target = Remember(settings, to);
        try
        {
            Fill(target, from, files, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FaultException)
        {
            Undo(target);
            if (e is FaultException) throw;
            if (e is IOException full && CacheRoom.IsFull(full)) throw CacheRoom.Full(to, full, "the cache was copied");
            throw FaultException.Failed("cache.copy", $"The cache could not be copied: {e.Message.TrimEnd('.')}.",
                "It stays where it is. Mend what is told, or choose another folder.", e);
        }

        Switch(target);
        return new CacheMoveResult(to, from, files.Sum(static file => file.Size), isAway);
    }

    // The folder is in use already; after its disk was made anew, or rolled back, it is bound to what is there now.
    private CacheMoveResult Rebind(AgentSettings settings, string folder, bool isAway)
    {
        if (settings.Cache is { } cache && isAway)
        {
            PrivateFolder.Ensure(folder);
            CacheMarker.Write(folder, cache.Id, home);
            home.WriteSettings(settings with { Cache = CacheVolume.Describe(folder, cache.Id, mounts) });
        }

        return new CacheMoveResult(folder, folder, 0, isAway);
    }

    private static void RequireRoom(string to, IReadOnlyList<CacheFile> files)
    {
        long there = files.Sum(file => Length(Path.Combine(to, file.Path)));
        long needed = Math.Max(0, files.Sum(static file => file.Size) - there) + Limits.CacheFloorBytes;
        string existing = Directory.Exists(to) ? to : Path.GetDirectoryName(to)!;
        if (SystemPaths.Space(Encoding.UTF8.GetBytes(existing), out long free, out _).IsError || free >= needed) return;
        throw CacheRoom.TooLittle(to, free, needed, "the move");
    }

    private CacheSetting Remember(AgentSettings settings, string to)
    {
        // A folder that was moved by hand keeps its marker: with another one its contents would be nobody's.
        var id = settings.LeftCaches.FirstOrDefault(left => left.Folder == to)?.Id
            ?? (Directory.Exists(to) ? CacheMarker.Read(to) : null) ?? Id128.Random();
        var target = CacheVolume.Describe(to, id, mounts);
        home.WriteSettings(settings with { LeftCaches = [.. Others(settings.LeftCaches, to), target] });
        _passed("remembered");
        return target;
    }

    private void Fill(
        CacheSetting target, string from, IReadOnlyList<CacheFile> files, CancellationToken cancellationToken)
    {
        string to = target.Folder;
        PrivateFolder.Ensure(to);
        _passed("made");
        // The home's own needs none.
        if (to != home.DefaultCacheFolder) CacheMarker.Write(to, target.Id, home);
        _passed("marked");
        // A whole cache that was moved by hand is better than none.
        if (files.Count > 0 || home.ReadSettings().Cache?.Id != target.Id)
            CacheContents.RemoveAllBut(to, files.Select(static file => file.Path).ToHashSet());
        var folders = new SortedSet<string>(StringComparer.Ordinal) { to };
        var copy = new CacheCopy(from, to, files.Sum(static file => file.Size), progress, cancellationToken);
        foreach (var file in files)
        {
            for (string part = Path.GetDirectoryName(file.Path)!; part.Length > 0; part = Path.GetDirectoryName(part)!)
                folders.Add(Path.Combine(to, part));
            foreach (string part in folders) PrivateFolder.Ensure(part);
            copy.Copy(file);
            _passed($"copied {Path.GetFileName(file.Path)}");
        }

        foreach (string made in folders.Reverse()) PrivateFolder.Sync(made);
        // Not every user may read the folder above; were this one's name lost with the power, it is made anew.
        string above = Path.GetDirectoryName(to)!;
        if (!GivenFile.TryOpen(Encoding.UTF8.GetBytes(above)).IsError) PrivateFolder.Sync(above);
        _passed("synced");
    }

    // A half copy on a full disk is in everybody's way. Where it cannot be removed now, the next good backup does.
    private void Undo(CacheSetting target)
    {
        try
        {
            if (Directory.Exists(target.Folder)) CacheContents.Remove(target.Folder);
            var settings = home.ReadSettings();
            home.WriteSettings(settings with { LeftCaches = [.. Others(settings.LeftCaches, target.Folder)] });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FaultException)
        {
            // The first error is the one to be told.
        }
    }

    private void Switch(CacheSetting target)
    {
        var settings = home.ReadSettings();
        bool isDefault = target.Folder == home.DefaultCacheFolder;
        var old = settings.Cache
            ?? CacheVolume.Describe(home.DefaultCacheFolder, Id128.Random(), mounts);
        home.WriteSettings(settings with
        {
            Cache = isDefault ? null : target,
            LeftCaches = [.. Others(Others(settings.LeftCaches, target.Folder), old.Folder), old],
        });
        _passed("switched");
    }

    private static IEnumerable<CacheSetting> Others(IEnumerable<CacheSetting> caches, string than) =>
        caches.Where(cache => cache.Folder != than);

    private static long Length(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;
}
