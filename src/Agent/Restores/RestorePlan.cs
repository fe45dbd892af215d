using Coffer.Agent.Browsing;
using Coffer.Agent.Restores.Targets;
using Coffer.Domain;
using Coffer.FileSystem.Restoring;

namespace Coffer.Agent.Restores;

/// <summary>What goes where: parts of the points in the order of restoring.</summary>
internal static class RestorePlan
{
    /// <summary>Where a part lands: the folder, and the path in the points that it stands for.</summary>
    public readonly record struct Place(TreePart Tree, byte[] Folder, byte[] RootKey);

    /// <summary>
    /// The innermost volumes first: an outer one then finds their places made, and finishes the folders above them.
    /// </summary>
    public static async Task<IReadOnlyList<Place>> PlacesAsync(RestoreRequest request,
        CancellationToken cancellationToken)
    {
        var places = new List<Place>();
        foreach (byte[] path in request.Paths)
        {
            byte[] key = AbsolutePath.ToKey(path);
            byte[] parent = key[..Math.Max(0, PathOrder.ParentLength(key))];
            var parts = await request.Points.PartsAsync(path, cancellationToken);
            for (int i = parts.Count - 1; i >= 0; i--)
            {
                byte[] mount = parts[i].Point.MountKey;
                places.Add(request.TargetFolder is { } folder
                    ? new Place(parts[i], folder, parent)
                    : new Place(parts[i], AbsolutePath.FromKey(mount), mount));
            }
        }

        return places;
    }

    public static List<PointPart> Open(
        IReadOnlyList<Place> places, RestoreTargets targets, bool mayMake, TimeZoneInfo zone)
    {
        var plan = new List<PointPart>();
        foreach (var (tree, folder, rootKey) in places)
        {
            RestoreTarget target = targets.Open(folder, mayMake, out bool isOurs);
            var names = new CopyName(tree.Point.Body.AgentTime, zone);
            plan.Add(new PointPart(plan.Count, rootKey, target, isOurs, names, tree));
        }

        return plan;
    }

    /// <summary>Counts what is to come; whole volumes by what their points say of themselves.</summary>
    public static async Task<TreeSize> MeasureAsync(IReadOnlyList<Place> places, CancellationToken cancellationToken)
    {
        var total = default(TreeSize);
        foreach (var (tree, _, _) in places)
        {
            if (tree.Start.Length == 0 && tree.Hidden.Count == 0)
            {
                var known = tree.Point.Body.Statistics;
                total = new TreeSize(
                    total.Files + known.Files,
                    total.Folders + known.Folders,
                    total.Others + known.Others,
                    total.Bytes + known.Bytes);
                continue;
            }

            var cursor = new PartCursor(tree, static _ => { });
            while (await cursor.MoveNextAsync(cancellationToken)) total = PointTree.Add(total, in cursor.Entry.Fields);
        }

        return total;
    }
}
