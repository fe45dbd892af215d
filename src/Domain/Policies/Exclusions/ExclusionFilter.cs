namespace Coffer.Domain.Policies.Exclusions;

/// <param name="Matches">How often it decided about an entry; 0: it had no effect.</param>
public readonly record struct PatternUse(ExclusionPattern Pattern, long Matches);

/// <summary>
/// The patterns of a policy, compiled. Of all that match, the last decides. Whole names and whole paths are found by
/// hash, whatever their number; only patterns with wildcards or sizes are tried one by one, and only those that come
/// after the best match so far. Counts what each pattern did, so it belongs to one walk at a time.
/// </summary>
public sealed class ExclusionFilter : IPathFilter
{
    private readonly IReadOnlyList<ExclusionPattern> _patterns;
    private readonly long[] _matches;
    private readonly IReadOnlyList<byte[]> _items;
    private readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> _chosen, _never;
    private readonly Dictionary<byte[], Last>.AlternateLookup<ReadOnlySpan<byte>> _names, _paths;

    /// <summary>Patterns with wildcards or sizes, the last first.</summary>
    private readonly int[] _globs;

    /// <param name="patterns">In order; built-in ones first.</param>
    /// <param name="items">Paths of the policy: never left out themselves, and what relative patterns start at.</param>
    /// <param name="neverBackedUp">Absolute paths that no pattern takes back in: home, cache, vault.</param>
    public ExclusionFilter(
        IReadOnlyList<ExclusionPattern> patterns, IReadOnlyList<byte[]> items, IReadOnlyList<byte[]> neverBackedUp)
    {
        _patterns = patterns;
        _items = items;
        _matches = new long[patterns.Count];
        _chosen = SetOf(items);
        _never = SetOf(neverBackedUp);
        var names = new Dictionary<byte[], Last>(PathBytes.Comparer);
        var paths = new Dictionary<byte[], Last>(PathBytes.Comparer);
        var globs = new Stack<int>();
        for (int i = 0; i < patterns.Count; i++)
        {
            var pattern = patterns[i];
            if (pattern.LargerThan is not null) globs.Push(i);
            else if (pattern.Name?.Literal is { } name) Add(names, name, i, pattern);
            else if (pattern is { Anchor: PatternAnchor.Root, Path.Literal: { } path }) Add(paths, path, i, pattern);
            else globs.Push(i);
        }

        _names = names.GetAlternateLookup<ReadOnlySpan<byte>>();
        _paths = paths.GetAlternateLookup<ReadOnlySpan<byte>>();
        _globs = [.. globs];
        WeighsSizes = patterns.Any(pattern => pattern.LargerThan is not null);
    }

    /// <summary>What each pattern did so far, in their order.</summary>
    public IReadOnlyList<PatternUse> Uses => [.. _patterns.Select((p, i) => new PatternUse(p, _matches[i]))];

    public bool WeighsSizes { get; }

    public bool Excludes(ReadOnlySpan<byte> absolutePath, bool isDirectory, long size = 0) =>
        Judge(absolutePath, isDirectory, size).IsExcluded;

    /// <summary>As <see cref="Excludes"/>, with the rule that decides.</summary>
    public PathVerdict Judge(ReadOnlySpan<byte> absolutePath, bool isDirectory, long size = 0)
    {
        if (_never.Contains(absolutePath)) return new PathVerdict(DecidingRule.OwnFolder);
        int decides = Deciding(absolutePath, isDirectory, size);
        if (decides < 0) return new PathVerdict(DecidingRule.None);
        if (_chosen.Contains(absolutePath)) return new PathVerdict(DecidingRule.Chosen);
        _matches[decides]++;
        return new PathVerdict(DecidingRule.Pattern, _patterns[decides]);
    }

    /// <summary>The number of the last pattern that matches; -1 where none does.</summary>
    private int Deciding(ReadOnlySpan<byte> path, bool isDirectory, long size)
    {
        var name = path[(path.LastIndexOf((byte)'/') + 1)..];
        var fromRoot = path[1..];
        int best = -1;
        if (_names.TryGetValue(name, out var last)) best = last.For(isDirectory);
        if (_paths.TryGetValue(fromRoot, out last)) best = Math.Max(best, last.For(isDirectory));
        foreach (int i in _globs)
        {
            if (i < best) break;
            var pattern = _patterns[i];
            bool isMeant = pattern.LargerThan is { } limit
                ? !isDirectory && size > limit
                : isDirectory || !pattern.IsForDirectories;
            if (isMeant && IsMatch(pattern, path, fromRoot, name)) return i;
        }

        return best;
    }

    private bool IsMatch(
        ExclusionPattern pattern, ReadOnlySpan<byte> path, ReadOnlySpan<byte> fromRoot, ReadOnlySpan<byte> name) =>
        pattern.Anchor switch
        {
            PatternAnchor.AnyDepth => pattern.Name!.Matches(name),
            PatternAnchor.Root => pattern.Path!.Matches(fromRoot),
            _ => pattern.Path!.Matches(BelowItem(path)),
        };

    /// <summary>
    /// The path below the policy item that holds it; empty, which no pattern matches, where none does.
    /// </summary>
    private ReadOnlySpan<byte> BelowItem(ReadOnlySpan<byte> path)
    {
        foreach (byte[] item in _items)
        {
            if (item.Length == 1) return path[1..];
            if (path.Length > item.Length && PathRules.IsAtOrBelow(path, item)) return path[(item.Length + 1)..];
        }

        return [];
    }

    private static void Add(Dictionary<byte[], Last> table, byte[] key, int index, ExclusionPattern pattern)
    {
        var last = table.GetValueOrDefault(key, Last.None);
        table[key] = pattern.IsForDirectories ? last with { Directory = index } : last with { Any = index };
    }

    private static HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> SetOf(IReadOnlyList<byte[]> paths) =>
        new HashSet<byte[]>(paths, PathBytes.Comparer).GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>The last pattern of one literal, for directories alone and for everything.</summary>
    private readonly record struct Last(int Directory, int Any)
    {
        public static Last None => new(-1, -1);

        public int For(bool isDirectory) => isDirectory ? Math.Max(Directory, Any) : Any;
    }
}
