using Coffer.Domain;
using Coffer.FileSystem.Walking;

namespace Coffer.Agent.Policies.Previewing;

/// <summary>
/// Walks what a policy selects as a backup would, with the same filter, and reads no file: what would be taken, and
/// what each rule leaves out. Of live files, also where a backup takes a snapshot.
/// </summary>
/// <param name="looksInto">Whether folders that are left out are walked too, to count what is in them.</param>
public sealed class SelectionPreview(PlannedPolicy planned, bool looksInto)
{
    private readonly LeftOutTally _tally = new(planned.Policy);
    private readonly LargestFolders _folders = new();

    /// <param name="progress">Told of every few hundred entries.</param>
    public SelectionReport Run(IProgress<SelectionProgress>? progress, CancellationToken cancellationToken)
    {
        var policy = planned.Policy;
        var filter = BackupSelection.Filter(policy, planned.OwnFolders);
        var sources = new List<PreviewedSource>();
        foreach (var source in planned.Plan.Sources)
        {
            byte[] mountPath = source.Source.Volume.MountPath;
            var walkFilter = new PreviewFilter(filter, planned.OwnFolders, mountPath, _tally, looksInto);
            sources.Add(Look(source, walkFilter, progress, cancellationToken));
        }

        var unused = BackupSelection.WithoutEffect(policy, filter).ToHashSet();
        unused.IntersectWith(BackupSelection.WithoutEffect(policy, planned.PlanFilter));
        // What could not be walked may be what a pattern is for.
        bool isWhole = sources.TrueForAll(source => source.Problem is null);
        return new SelectionReport(sources, _tally.All, isWhole ? [.. unused] : [], _folders.All);
    }

    private PreviewedSource Look(
        PlannedSource source, PreviewFilter filter, IProgress<SelectionProgress>? progress,
        CancellationToken cancellationToken)
    {
        if (source.Problem is { } problem) return new PreviewedSource(source, new EntryCount(), problem);
        var mount = source.Mount!;
        var error = VolumeRoot.Open(mount.MountPoint, out var root);
        if (root is null)
            return new PreviewedSource(source, new EntryCount(), new Fault("source.unreadable", FaultKind.Failed,
                $"The volume {source.Source.Label} cannot be opened: {error.Text}.",
                "Mount it, or run as a user who may read it."));
        using (root)
        {
            using var walker = new TreeWalker(
                root, source.Paths.Select(path => mount.Relative(path)), new WalkOptions { Filter = filter });
            _folders.Begin(mount.MountPoint);
            var looked = Walk(walker, source, filter, progress, cancellationToken);
            _folders.End();
            return looked;
        }
    }

    private PreviewedSource Walk(
        TreeWalker walker, PlannedSource source, PreviewFilter filter, IProgress<SelectionProgress>? progress,
        CancellationToken cancellationToken)
    {
        var taken = new EntryCount();
        var looked = new PreviewedSource(source, taken, null);
        for (int count = 1; walker.MoveNext(); count++)
        {
            if ((count & 0xff) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Report(new SelectionProgress(source.Source.Label, taken.Files, taken.Bytes));
            }

            if (filter.Over(walker.Path, out bool isTop) is { } leftOut)
            {
                bool isCounted = !isTop && walker.Kind is WalkKind.Entry or WalkKind.Boundary;
                if (isCounted) leftOut.Add(walker.Metadata, isLookedInto: walker.Kind == WalkKind.Entry);
            }
            else if (walker.Kind is WalkKind.Error or WalkKind.Missing)
            {
                looked = looked with
                {
                    Unreadable = looked.Unreadable + 1,
                    FirstUnreadable = looked.FirstUnreadable ?? (walker.Path.ToArray(), walker.Error.Text),
                };
            }
            else
            {
                Take(walker, taken, filter);
            }
        }

        return looked;
    }

    private void Take(TreeWalker walker, EntryCount taken, PreviewFilter filter)
    {
        taken.Add(walker.Metadata);
        _folders.Add(walker.Path, walker.Metadata);
        if (walker.Kind == WalkKind.Boundary && walker.Boundary != BoundaryKind.Mount)
            _tally.Of(LeavingRule.Subvolume).AddUnseen();
        if (!planned.Policy.SkipsCacheFolders || !walker.HasCacheTag()) return;
        var leftOut = _tally.Of(LeavingRule.CacheFolder);
        if (looksInto) filter.LookInto(walker.Path, leftOut);
        else leftOut.AddUnseen();
        if (!looksInto) walker.SkipContents();
    }
}
