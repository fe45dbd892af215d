using System.Globalization;
using Coffer.Agent.Browsing;
using Coffer.Agent.LocalPoints;
using Coffer.Domain;
using Coffer.FileSystem.Mounts;

namespace Coffer.Agent.Restores.Local;

/// <summary>Which local points a restore takes from, and what of each goes where.</summary>
public static class LocalPlan
{
    /// <summary>The digits of an id that must be given at least.</summary>
    private const int ShortestId = 4;

    /// <summary>What of a local point lands in which folder.</summary>
    /// <param name="Start">Relative to the point's volume; empty: all of it.</param>
    /// <param name="RootKey">The path that the folder stands for.</param>
    internal sealed record Place(LocalPoint Point, byte[] Start, byte[] Folder, byte[] RootKey)
    {
        /// <summary>It was asked for with a slash at its end.</summary>
        public bool MustBeFolder { get; init; }

        public byte[] MountKey => AbsolutePath.ToKey(Point.Mount.MountPoint);

        public string Shown => AbsolutePath.Render(AbsolutePath.Join(MountKey, Start));
    }

    /// <summary>Of each mount the newest; with a time the newest at or before it.</summary>
    /// <exception cref="FaultException"><c>local-point.none</c>, <c>local-point.none-at</c>.</exception>
    public static IReadOnlyList<LocalPoint> Newest(
        IReadOnlyList<LocalPoint> points, DateTimeOffset? at, DateTimeOffset now)
    {
        if (points.Count == 0) throw None();
        var chosen = points.Where(point => at is null || point.Name.TakenAt <= at)
            .GroupBy(point => Convert.ToHexStringLower(point.Mount.MountPoint))
            .Select(group => group.MaxBy(point => LocalPointRules.Age(point.Name, now))!).ToList();
        return chosen.Count > 0 ? chosen : throw FaultException.Failed("local-point.none-at",
            string.Create(CultureInfo.InvariantCulture, $"No local point was taken at or before {at:u}; the oldest is"
                + $" of {points.Min(point => point.Name.TakenAt):u}."),
            "`coffer point list --local` shows them; without --local the vault's older points are at hand.");
    }

    /// <summary>The one of this name, or whose id begins so; at each mount of its volume.</summary>
    /// <exception cref="FaultException">
    /// <c>local-point.none</c>, <c>point.unknown</c>, <c>point.ambiguous</c>.
    /// </exception>
    public static IReadOnlyList<LocalPoint> Named(IReadOnlyList<LocalPoint> points, string name)
    {
        if (points.Count == 0) throw None();
        var found = points.Where(point => point.Name.ToString() == name
            || (name.Length >= ShortestId && point.Name.Id.StartsWith(name, StringComparison.OrdinalIgnoreCase)));
        return found.GroupBy(point => point.Name).ToList() switch
        {
            [var one] => [.. one],
            [] => throw FaultException.Usage("point.unknown", $"No local point has the id '{name}'.",
                "`coffer point list --local` shows them."),
            _ => throw FaultException.Usage("point.ambiguous", $"Several local points begin with '{name}'.",
                "Give more digits."),
        };
    }

    /// <summary>The points that it takes from.</summary>
    /// <exception cref="FaultException"><c>local-point.not-there</c>.</exception>
    public static IReadOnlyList<LocalPoint> PointsOf(LocalRestoreRequest request) =>
        [.. Places(request).Select(place => place.Point).DistinctBy(point => point.Name)];

    /// <summary>The innermost volumes first, as in a restore of points.</summary>
    /// <exception cref="FaultException"><c>local-point.not-there</c>.</exception>
    internal static IReadOnlyList<Place> Places(LocalRestoreRequest request)
    {
        var places = new List<Place>();
        foreach (byte[] path in request.Paths)
        {
            byte[] key = AbsolutePath.ToKey(path);
            byte[] parent = key[..Math.Max(0, PathOrder.ParentLength(key))];
            var inner = request.Points.Where(point => IsBelow(AbsolutePath.ToKey(point.Mount.MountPoint), key))
                .OrderByDescending(point => point.Mount.MountPoint.Length);
            foreach (var point in inner) places.Add(PlaceOf(request, point, [], parent));
            var holder = HolderOf(request, key);
            byte[] mount = AbsolutePath.ToKey(holder.Mount.MountPoint);
            places.Add(PlaceOf(request, holder, AbsolutePath.Below(key, mount).ToArray(), parent) with
            {
                MustBeFolder = request.FolderPaths.Any(folder => folder.AsSpan().SequenceEqual(path)),
            });
        }

        return places;
    }

    /// <summary>Where disks are mounted below what is restored, of which no point is chosen: they stay out.</summary>
    internal static IEnumerable<byte[]> LeftOut(LocalRestoreRequest request) => request.Paths
        .SelectMany(path => request.Mounts.Below(AbsolutePath.FromKey(AbsolutePath.ToKey(path))))
        .Where(mount => mount.Class is MountClass.Local or MountClass.Removable && !mount.IsFile)
        .Where(mount => !request.Points.Any(point => point.Mount.MountPoint.AsSpan().SequenceEqual(mount.MountPoint)))
        .Select(mount => AbsolutePath.ToKey(mount.MountPoint)).DistinctBy(Convert.ToHexStringLower);

    private static Place PlaceOf(LocalRestoreRequest request, LocalPoint point, byte[] start, byte[] parent)
    {
        byte[] mount = AbsolutePath.ToKey(point.Mount.MountPoint);
        return request.TargetFolder is { } folder
            ? new Place(point, start, folder, parent)
            : new Place(point, start, AbsolutePath.FromKey(mount), mount);
    }

    // The volume that is mounted there now, and no other: what one around it has at that place lies hidden under it.
    private static LocalPoint HolderOf(LocalRestoreRequest request, byte[] key)
    {
        var mount = request.Mounts.Of(AbsolutePath.FromKey(key));
        return request.Points.FirstOrDefault(point => point.Mount.MountPoint.AsSpan().SequenceEqual(mount.MountPoint))
            ?? throw FaultException.Usage("local-point.not-there",
                $"{AbsolutePath.Render(key)} lies on {PathText.Render(mount.MountPoint)}, of which no local point is"
                    + " chosen.",
                "`coffer point list --local` shows what there is; without --local the vault's points are at hand.");
    }

    private static bool IsBelow(byte[] key, byte[] folder) =>
        key.Length > folder.Length && PathOrder.IsWithin(key, folder);

    private static FaultException None() => FaultException.Failed("local-point.none",
        "There is no local point on this machine.",
        "`coffer settings set local-points 1` keeps one from the next backup on, where the volume can.");
}
