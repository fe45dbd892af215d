using Coffer.Agent.Backups;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem.Walking;

namespace Coffer.Agent.Restores.Local;

/// <summary>Walks of what a restore takes from a snapshot.</summary>
internal static class SnapshotWalk
{
    /// <summary>
    /// All but Coffer's own folders, by their paths, vaults that would be written into, the volume's other snapshots,
    /// and what the volume holds under the places of other mounts.
    /// </summary>
    public static TreeWalker Start(LocalRestoreRequest request, LocalPlan.Place place, VolumeRoot root)
    {
        var mount = place.Point.Mount;
        byte[][] mountedOver = [.. request.Mounts.Below(mount.MountPoint).Where(other => !other.IsFile)
            .Select(other => other.MountPoint)];
        // By their numbers none is known: one of a folder that is gone may have been given anew.
        var filter = new SourceFilter(
            new Targets(request), [.. request.OwnFolders, .. place.Point.Provider.FoldersOn(mount)], mount.MountPoint,
            static _ => ulong.MaxValue, mountedOver);
        return new TreeWalker(root, [place.Start], new WalkOptions { Filter = filter });
    }

    /// <summary>How much there is.</summary>
    /// <exception cref="FaultException"><c>path.not-in-point</c>: nothing, as the path is not there.</exception>
    public static (long Files, long Bytes) Measure(
        TreeWalker walker, LocalPlan.Place place, CancellationToken cancellationToken)
    {
        long files = 0, bytes = 0;
        bool isThere = false;
        while (walker.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Before it is reached the walk may end at a file, a link or another volume.
            if (walker.Kind == WalkKind.Missing || walker.Path.Length < place.Start.Length) continue;
            if (!isThere && place.MustBeFolder && walker.Metadata.Type != FileSystem.EntryType.Directory)
                throw FaultException.Usage("path.not-a-folder", $"{place.Shown} is not a folder in the local point.",
                    "Leave the slash at its end out.");
            isThere = true;
            if (walker.Metadata.Type != FileSystem.EntryType.File) continue;
            files++;
            bytes += walker.Metadata.Size;
        }

        return isThere ? (files, bytes) : throw FaultException.Usage("path.not-in-point",
            $"{place.Shown} is not in the local point {place.Point.Name.Id}.",
            "`coffer point list --local` shows others, and where they lie.");
    }

    private sealed class Targets(LocalRestoreRequest request) : IPathFilter
    {
        public bool WeighsSizes => false;

        public bool Excludes(ReadOnlySpan<byte> absolutePath, bool isDirectory, long size = 0) =>
            isDirectory && request.TargetFolder is null && request.IsVault(absolutePath.ToArray());
    }
}
