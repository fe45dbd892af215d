using Coffer.Agent.Homes;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem;
using Coffer.FileSystem.Mounts;

namespace Coffer.Agent.Policies;

/// <summary>
/// Sorts selected paths by volume: each mounted file system at or under a path is a data source of its own. Rules:
/// 1. A volume keeps its source id wherever it is mounted, as long as it can be told (its UUID).
/// 2. Where a known source was mounted and no volume or another one is there now, that source fails with the reason:
///    what lies under its mount point belongs to another volume and never makes a point of this source.
/// 3. A file system under a path that the filter leaves out, or that holds no files, is not taken; nor is one of
///    Coffer's own folders that is mounted in a second place, nor a single file that is mounted.
/// </summary>
/// <param name="ownFolders">Home, cache and vault, absolute, without links.</param>
public sealed class SourcePlanner(
    MountTable mounts, IReadOnlyList<KnownSource> known, IPathFilter filter, IReadOnlyList<byte[]> ownFolders)
{
    private readonly Dictionary<byte[], List<byte[]>> _pathsByMount = new(ByPath.Instance);
    private readonly List<KnownSource> _unused = [.. known];

    public SourcePlan Plan(IReadOnlyList<PolicyItem> items)
    {
        var absent = AbsentSources(items);
        foreach (var item in items) Assign(item.Path, absent);
        var planned = new List<PlannedSource>();
        foreach (var (mountPoint, paths) in _pathsByMount.OrderBy(pair => pair.Key, ByPath.Instance))
            planned.Add(PlanMounted(mounts.Of(mountPoint), paths));

        foreach (var (source, paths) in absent) AddAbsent(planned, source, paths, items);
        var kept = known.Where(k => planned.TrueForAll(p => p.Source.Id != k.Id));
        return new SourcePlan(planned, [.. kept, .. planned.Select(p => p.Source)]);
    }

    /// <summary>
    /// A volume that was found at another mount point is there; but a path that is selected at its old one is gone.
    /// </summary>
    private void AddAbsent(
        List<PlannedSource> planned, KnownSource source, List<byte[]> paths, IReadOnlyList<PolicyItem> items)
    {
        int moved = planned.FindIndex(p => p.Source.Id == source.Id);
        byte[]? selected = paths.Find(path => items.Any(item => item.Path == path));
        if (moved < 0) planned.Add(new PlannedSource(source, null, paths, NotMounted(source)));
        else if (selected is not null)
            planned[moved] = planned[moved] with { Problem = planned[moved].Problem ?? Gone(source, selected) };
    }

    /// <summary>
    /// Known sources that the items select and whose mount point holds no mount now, with their paths.
    /// </summary>
    private Dictionary<KnownSource, List<byte[]>> AbsentSources(IReadOnlyList<PolicyItem> items)
    {
        var absent = new Dictionary<KnownSource, List<byte[]>>();
        foreach (var source in known)
        {
            byte[] place = source.Volume.MountPath;
            if (place.Length == 0 || mounts.Mounts.Any(m => VolumeMatch.IsAt(source, m.MountPoint))) continue;
            var paths = new List<byte[]>();
            foreach (var item in items)
            {
                if (PathRules.IsAtOrBelow(item.Path, place)) paths.Add(item.Path);
                else if (PathRules.IsAtOrBelow(place, item.Path) && !IsLeftOut(place, item.Path)) paths.Add(place);
            }

            if (paths.Count > 0) absent.Add(source, paths);
        }

        return absent;
    }

    private void Assign(byte[] path, Dictionary<KnownSource, List<byte[]>> absent)
    {
        bool isOfAbsent = absent.Keys.Any(source => PathRules.IsAtOrBelow(path, source.Volume.MountPath));
        var mount = mounts.Of(path);
        // The volume around it tells that its file is hidden.
        if (mount.IsFile) mount = mounts.Of(path.AsSpan(0, Math.Max(1, path.AsSpan().LastIndexOf((byte)'/'))));
        if (!isOfAbsent) Add(mount, path);
        foreach (var below in mounts.Below(path))
            if (IsSource(below, path)) Add(below, below.MountPoint);
    }

    private bool IsSource(Mount mount, byte[] selected) =>
        !mount.IsPseudo && !IsLeftOut(mount.MountPoint, selected) && !IsOwn(mount) && !mount.IsFile;

    // A bind mount that shows an own folder, or something in it, under another path.
    private bool IsOwn(Mount mount)
    {
        foreach (byte[] folder in ownFolders)
        {
            var home = mounts.Of(folder);
            byte[] within = home.Relative(folder);
            byte[] place = home.RootWithin.Length == 1 ? [(byte)'/', .. within]
                : within.Length == 0 ? home.RootWithin : [.. home.RootWithin, (byte)'/', .. within];
            if (mount.Device == home.Device && PathRules.IsAtOrBelow(mount.RootWithin, place)) return true;
        }

        return false;
    }

    private void Add(Mount mount, byte[] path)
    {
        if (!_pathsByMount.TryGetValue(mount.MountPoint, out var paths)) _pathsByMount[mount.MountPoint] = paths = [];
        paths.Add(path);
    }

    private PlannedSource PlanMounted(Mount mount, List<byte[]> paths)
    {
        var now = VolumeMatch.Describe(mount);
        var here = _unused.Find(source => VolumeMatch.IsAt(source, mount.MountPoint));
        var differences = here is null ? [] : VolumeMatch.Differences(here.Volume, now);
        if (here is null || differences.Count > 0)
        {
            // Moved here from elsewhere, unless it is mounted at its old place too and found there.
            var moved = _unused.Find(source => VolumeMatch.IsSame(source.Volume, now)
                && !mounts.Mounts.Any(m => VolumeMatch.IsAt(source, m.MountPoint)));
            if (moved is not null) here = moved;
            else if (here is not null) return Replaced(mount, here, paths, differences);
        }

        string label = PathText.Render(mount.MountPoint);
        var source = new KnownSource(here?.Id ?? SourceId.New(), label, now);
        if (here is not null) _unused.Remove(here);
        byte[]? gone = paths.Find(path => SystemPaths.Stat(path, out _).IsError);
        var problem = gone is null ? null : Gone(source, gone);
        return new PlannedSource(source, mount, paths, problem) { IsNew = here is null };
    }

    private PlannedSource Replaced(
        Mount mount, KnownSource source, List<byte[]> paths, IReadOnlyList<string> differences)
    {
        _unused.Remove(source);
        return new PlannedSource(source, mount, paths, new Fault("source.replaced", FaultKind.Failed,
            $"At {source.Label} another volume is mounted than the one that is protected: "
                + $"{string.Join("; ", differences)}.",
            "Mount the right volume; or remove the path from the policy and protect it again as a new data source."));
    }

    /// <summary>
    /// Whether an entry at <paramref name="path"/> or on the way to it from a selected one is left out.
    /// </summary>
    private bool IsLeftOut(ReadOnlySpan<byte> path, byte[] selected)
    {
        for (int end = selected.Length == 1 ? 1 : selected.Length + 1; end <= path.Length; end++)
            if ((end == path.Length || path[end] == '/') && filter.Excludes(path[..end], isDirectory: true))
                return true;
        return false;
    }

    private static Fault NotMounted(KnownSource source) => new("source.absent", FaultKind.Failed,
        $"The volume of {source.Label} is not mounted.",
        "Mount it and back up again; or take its path off the policy with `coffer policy remove`.");

    private static Fault Gone(KnownSource source, byte[] path) => new("source.path.gone", FaultKind.Failed,
        $"{PathText.Render(path)}, selected on {source.Label}, is gone.",
        "Bring it back (`coffer restore`), or take it off the policy with `coffer policy remove`.");

    private sealed class ByPath : IEqualityComparer<byte[]>, IComparer<byte[]>
    {
        public static ByPath Instance { get; } = new();

        public int Compare(byte[]? x, byte[]? y) => PathOrder.Compare(x, y);

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj)
        {
            var hash = default(HashCode);
            hash.AddBytes(obj);
            return hash.ToHashCode();
        }
    }
}
