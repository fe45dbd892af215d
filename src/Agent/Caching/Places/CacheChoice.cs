using System.Text;
using Coffer.Agent.Homes;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem;
using Coffer.FileSystem.Mounts;

namespace Coffer.Agent.Caching.Places;

/// <summary>Judges a folder that a person wants the cache to be in. Nothing is made or changed.</summary>
internal sealed class CacheChoice(AgentHome home, MountTable mounts, MountPlan plan)
{
    /// <summary>The folder, absolute and without links.</summary>
    /// <param name="given">Absolute; links may be in it, but not at its end.</param>
    /// <exception cref="FaultException"><c>cache.place</c>, with the reason and its cure.</exception>
    public string Judge(string given)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(given));
        if (CachePlace.DangerOf(full) is { } danger) throw Refused(full, danger.Reason, danger.Cure);
        var error = SystemPaths.ResolveParent(Encoding.UTF8.GetBytes(full), out byte[] real);
        if (error.IsError)
            throw Refused(full, $"it is offline: {Path.GetDirectoryName(full)} cannot be reached ({error.Text})",
                "Mount its disk, or make the folder above it.");
        string folder = Encoding.UTF8.GetString(real);
        if (folder == Real(home.DefaultCacheFolder)) return home.DefaultCacheFolder;
        RequireOutside(folder, real);
        if (CachePlace.ObjectionTo(folder, mounts, plan) is { } objection)
            throw Refused(folder, objection.Reason, objection.Cure);
        if (Directory.Exists(folder) && !CacheContents.IsEmpty(folder) && !IsKnown(folder))
            throw Refused(folder, "it holds files that are not of this machine's cache",
                $"Name an empty folder, {Path.Combine(folder, "coffer-cache")} perhaps.");
        return folder;
    }

    private void RequireOutside(string folder, byte[] real)
    {
        if (IsIn(folder, home.Folder))
            throw Refused(folder, $"it lies in Coffer's home, {home.Folder}",
                "`coffer settings set cache default` takes the one folder there that is meant for it.");
        var vaults = new[] { home.DefaultVaultFolder, home.ReadMachine()?.Place.Folder }.OfType<string>();
        if (vaults.FirstOrDefault(vault => IsIn(folder, vault)) is { } within)
            throw Refused(folder, $"it lies in the vault {within}", "Choose a folder outside; another disk is better.");
        if (home.ReadPolicy()?.Items.FirstOrDefault(item => PathRules.IsAtOrBelow(item.Path, real)) is { } item)
            throw Refused(folder, $"{PathText.Render(item.Path)} is protected, and a cache is never backed up",
                "Choose another folder.");
    }

    private bool IsKnown(string folder)
    {
        var settings = home.ReadSettings();
        return CacheMarker.Read(folder) is { } id
            && settings.LeftCaches.Prepend(settings.Cache).Any(known => known?.Id == id);
    }

    private static bool IsIn(string folder, string other) =>
        PathRules.IsAtOrBelow(Encoding.UTF8.GetBytes(folder), Encoding.UTF8.GetBytes(Real(other)));

    private static string Real(string path) =>
        SystemPaths.Resolve(Encoding.UTF8.GetBytes(path), out byte[] real).IsError
            ? SystemPaths.ResolveParent(Encoding.UTF8.GetBytes(path), out real).IsError ? path
                : Encoding.UTF8.GetString(real)
            : Encoding.UTF8.GetString(real);

    private static FaultException Refused(string folder, string reason, string cure) =>
        FaultException.Refused("cache.place", $"{folder} cannot be the cache folder: {reason}.", cure);
}
