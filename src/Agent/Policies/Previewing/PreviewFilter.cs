using Coffer.Agent.Backups;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Exclusions;
using Coffer.FileSystem;
using Coffer.FileSystem.Walking;

namespace Coffer.Agent.Policies.Previewing;

/// <summary>
/// Decides as a backup's filter does, by asking that one, and notes what is left out. Every entry is judged once its
/// size is known. To be counted, the inside of a folder that is left out is walked and not judged again.
/// </summary>
internal sealed class PreviewFilter : IWalkFilter
{
    private readonly LeftOutTally _tally;
    private readonly bool _looksInto;
    private readonly Judge _judge;
    private readonly SourceFilter _filter;
    private byte[] _top = [];
    private LeftOut? _inside;

    /// <param name="looksInto">Whether folders that a pattern leaves out are walked.</param>
    public PreviewFilter(
        ExclusionFilter policy, IReadOnlyList<byte[]> ownFolders, byte[] mountPath, LeftOutTally tally, bool looksInto)
    {
        (_tally, _looksInto, _judge) = (tally, looksInto, new Judge(policy));
        _filter = new SourceFilter(_judge, ownFolders, mountPath);
    }

    public bool Admits(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, EntryType type) => true;

    public bool Admits(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, in FileMetadata metadata)
    {
        if (IsInside(path)) return true;
        _judge.Verdict = default; // SourceFilter asks nobody about Coffer's own folders
        if (_filter.Admits(path, name, metadata.Type) && _filter.Admits(path, name, metadata)) return true;
        var leftOut = _tally.Of(_judge.Verdict);
        bool isWalked = _looksInto && metadata.Type == EntryType.Directory && leftOut.Rule != LeavingRule.OwnFolder;
        leftOut.Add(metadata, isWalked);
        if (isWalked) LookInto(path, leftOut);
        return isWalked;
    }

    /// <summary>All below a folder counts as left out from here on.</summary>
    public void LookInto(ReadOnlySpan<byte> folder, LeftOut leftOut) => (_top, _inside) = (folder.ToArray(), leftOut);

    /// <summary>What an entry that the walk shows is left out by; null where it is taken.</summary>
    /// <param name="isTop">It is the folder itself, which was counted as it was judged.</param>
    public LeftOut? Over(ReadOnlySpan<byte> path, out bool isTop)
    {
        isTop = _inside is not null && path.SequenceEqual(_top);
        return isTop || IsInside(path) ? _inside : null;
    }

    private bool IsInside(ReadOnlySpan<byte> path) => _inside is not null
        && path.Length > _top.Length
        && (_top.Length == 0 || (path[_top.Length] == '/' && path.StartsWith(_top)));

    private sealed class Judge(ExclusionFilter policy) : IPathFilter
    {
        public PathVerdict Verdict { get; set; }

        public bool WeighsSizes => policy.WeighsSizes;

        public bool Excludes(ReadOnlySpan<byte> absolutePath, bool isDirectory, long size = 0)
        {
            Verdict = policy.Judge(absolutePath, isDirectory, size);
            return Verdict.IsExcluded;
        }
    }
}
