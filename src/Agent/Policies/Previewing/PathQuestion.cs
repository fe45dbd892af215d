using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Exclusions;
using Coffer.FileSystem;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Walking;

namespace Coffer.Agent.Policies.Previewing;

/// <summary>
/// Asks the rules of a policy about one path, folder by folder as a backup comes to them: nothing in a folder that is
/// left out is ever asked about.
/// </summary>
public sealed class PathQuestion(PlannedPolicy planned, MountTable mounts)
{
    private readonly ExclusionFilter _filter = BackupSelection.Filter(planned.Policy, planned.OwnFolders);

    /// <param name="given">Absolute; need not exist.</param>
    public PathExplanation Explain(byte[] given)
    {
        byte[] path = SystemPaths.ResolveParent(given, out byte[] resolved).IsError
            ? PathRules.Normalise(given) : PathRules.Normalise(resolved);
        bool exists = !SystemPaths.Stat(path, out var metadata).IsError;
        byte[]? item = planned.Policy.Items.FirstOrDefault(each => PathRules.IsAtOrBelow(path, each.Path))?.Path;
        if (item is null) return new PathExplanation(path, PathFate.NotSelected) { Exists = exists };
        var mount = mounts.Of(path);
        var found = Decide(path, item, metadata, mount) with { Exists = exists };
        if (found.Fate != PathFate.Taken) return found;
        var source = planned.Plan.Sources.FirstOrDefault(
            each => each.Source.Volume.MountPath.AsSpan().SequenceEqual(mount.MountPoint));
        return found with
        {
            Source = source,
            Fate = source is null ? PathFate.NoSource
                : source.Problem is not null ? PathFate.SourceFails
                : PathFate.Taken,
        };
    }

    private PathExplanation Decide(byte[] path, byte[] item, in FileMetadata metadata, Mount mount)
    {
        bool isDirectory = metadata.Type == EntryType.Directory;
        long size = metadata.Type == EntryType.File ? metadata.Size : 0;
        var found = new PathExplanation(path, PathFate.Taken) { Item = item };
        for (int end = item.Length; end <= path.Length; end++)
        {
            bool isComponent = end == path.Length || path[end] == '/' || end == 1;
            if (!isComponent) continue;
            byte[] part = path[..end];
            bool isFolder = end < path.Length || isDirectory;
            // A selected path is taken, whatever matches it.
            var verdict = end == item.Length ? default : _filter.Judge(part, isFolder, isFolder ? 0 : size);
            if (RuleOf(part, verdict, isFolder, mount) is { } rule) return LeftOutBy(rule, verdict.Pattern, part);
            if (verdict.Pattern is not null) found = found with { Pattern = verdict.Pattern, DecidedAt = part };
            bool isCache = end < path.Length && planned.Policy.SkipsCacheFolders && CacheTag.IsIn(part);
            if (isCache) return LeftOutBy(LeavingRule.CacheFolder, null, part);
        }

        return found;

        PathExplanation LeftOutBy(LeavingRule rule, ExclusionPattern? pattern, byte[] at) => found with
        {
            Fate = PathFate.LeftOut,
            Rule = rule,
            Pattern = pattern,
            DecidedAt = at,
        };
    }

    private LeavingRule? RuleOf(byte[] part, PathVerdict verdict, bool isFolder, Mount mount) => verdict switch
    {
        { Rule: DecidingRule.OwnFolder } => LeavingRule.OwnFolder,
        { IsExcluded: true } => LeftOutTally.RuleOf(planned.Policy, verdict.Pattern!),
        _ => isFolder && IsOtherSubvolume(part, mount) ? LeavingRule.Subvolume : null,
    };

    // A subvolume below the mount point has a device of its own.
    private static bool IsOtherSubvolume(byte[] folder, Mount mount) => mount.FileSystemType == "btrfs"
        && PathRules.IsAtOrBelow(folder, mount.MountPoint)
        && !SystemPaths.Stat(mount.MountPoint, out var root).IsError
        && !SystemPaths.Stat(folder, out var metadata).IsError
        && metadata.Type == EntryType.Directory && metadata.Device != root.Device;
}
