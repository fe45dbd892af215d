using System.Runtime.CompilerServices;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.Format.Listing;

namespace Coffer.Agent.Browsing;

/// <summary>Files, folders, others and bytes of a part of a point.</summary>
public readonly record struct TreeSize(long Files, long Folders, long Others, long Bytes);

/// <summary>
/// Points of several data sources, one of each, seen as one tree of absolute paths. A volume hides what an outer one
/// has at the place where it was mounted; folders that no volume captured are shown as ways.
/// </summary>
public sealed class PointTree
{
    private readonly PointBrowser[] _points;

    public PointTree(IEnumerable<PointBrowser> points)
    {
        _points = [.. points];
        Array.Sort(_points, static (a, b) => PathOrder.Compare(a.MountKey, b.MountKey));
    }

    /// <summary>Ordered by where their volumes were mounted.</summary>
    public IReadOnlyList<PointBrowser> Points => _points;

    /// <summary>One entry by absolute path; null where no point has it.</summary>
    public async ValueTask<ListedEntry?> FindAsync(ReadOnlyMemory<byte> path, CancellationToken cancellationToken)
    {
        byte[] key = AbsolutePath.ToKey(path.Span);
        var entry = Innermost(key) is { } point
            ? await point.FindAsync(AbsolutePath.Below(key, point.MountKey).ToArray(), cancellationToken)
            : null;
        return entry ?? (MountedBelow(key).Any() ? ListedEntry.Way(key) : null);
    }

    /// <summary>What lies right in a folder, in order; the entry itself where it is no folder.</summary>
    /// <exception cref="FaultException"><c>path.not-in-point</c>.</exception>
    public async IAsyncEnumerable<ListedEntry> ListAsync(
        byte[] path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        byte[] key = AbsolutePath.ToKey(path);
        var entry = await FindAsync(path, cancellationToken) ?? throw NotThere(path);
        if (!entry.Fields.IsDirectory)
        {
            yield return entry;
            yield break;
        }

        var ways = new Queue<WayName>(WaysIn(key));
        await foreach (var child in ChildrenAsync(key, cancellationToken))
        {
            while (ways.TryPeek(out var way) && way.Name.AsSpan().SequenceCompareTo(child.Name) < 0)
                yield return await WayAsync(ways.Dequeue(), null, cancellationToken);
            bool isWay = ways.TryPeek(out var same) && same.Name.AsSpan().SequenceEqual(child.Name);
            yield return isWay ? await WayAsync(ways.Dequeue(), child, cancellationToken) : child;
        }

        while (ways.TryDequeue(out var way)) yield return await WayAsync(way, null, cancellationToken);
    }

    /// <summary>A folder or file and all below it, one volume after the other, each in order.</summary>
    /// <exception cref="FaultException"><c>path.not-in-point</c>.</exception>
    public async IAsyncEnumerable<ListedEntry> ListAllAsync(
        byte[] path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var part in await PartsAsync(path, cancellationToken))
        {
            var cursor = new PartCursor(part);
            while (await cursor.MoveNextAsync(cancellationToken))
                yield return ListedEntry.Of(cursor.Entry, part.Point.MountKey);
        }
    }

    /// <summary>Entries whose name or path matches, below <paramref name="path"/>.</summary>
    public async IAsyncEnumerable<ListedEntry> SearchAsync(
        GlobPattern pattern, byte[] path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var part in await PartsAsync(path, cancellationToken))
        {
            var cursor = new PartCursor(part);
            while (await cursor.MoveNextAsync(cancellationToken))
            {
                if (pattern.Matches(part.Point.MountKey, cursor.Entry.Path))
                    yield return ListedEntry.Of(cursor.Entry, part.Point.MountKey);
            }
        }
    }

    /// <summary>The points in whose volumes a path, or what lies below it, can be.</summary>
    public IEnumerable<PointBrowser> PointsOf(byte[] path)
    {
        byte[] key = AbsolutePath.ToKey(path);
        return Innermost(key) is { } point ? MountedBelow(key).Prepend(point) : MountedBelow(key);
    }

    /// <summary>Counts a folder or file and all below it.</summary>
    public async Task<TreeSize> MeasureAsync(byte[] path, CancellationToken cancellationToken)
    {
        var size = default(TreeSize);
        foreach (var part in await PartsAsync(path, cancellationToken))
        {
            var cursor = new PartCursor(part);
            while (await cursor.MoveNextAsync(cancellationToken)) size = Add(size, in cursor.Entry.Fields);
        }

        return size;
    }

    /// <summary>
    /// The parts that make up a path: of the volume that holds it, and whole volumes mounted below it.
    /// </summary>
    /// <exception cref="FaultException"><c>path.not-in-point</c>.</exception>
    internal async Task<IReadOnlyList<TreePart>> PartsAsync(byte[] path, CancellationToken cancellationToken)
    {
        byte[] key = AbsolutePath.ToKey(path);
        var parts = new List<TreePart>();
        if (Innermost(key) is { } point)
        {
            byte[] start = AbsolutePath.Below(key, point.MountKey).ToArray();
            // A volume's root is there without looking, so a damaged first page costs its own entries only.
            if (start.Length == 0 || await point.FindAsync(start, cancellationToken) is not null)
                parts.Add(Part(point, start));
        }

        foreach (var below in MountedBelow(key)) parts.Add(Part(below, []));
        return parts.Count > 0 ? parts : throw NotThere(path);
    }

    internal static TreeSize Add(TreeSize size, in EntryFields fields)
    {
        if (fields.IsRegular) return size with { Files = size.Files + 1, Bytes = size.Bytes + (long)fields.Size };
        return fields.IsDirectory ? size with { Folders = size.Folders + 1 } : size with { Others = size.Others + 1 };
    }

    private TreePart Part(PointBrowser point, byte[] start) => new(
        point,
        start,
        [.. _points.Where(other => other != point && PathOrder.IsWithin(other.MountKey, point.MountKey)
                && other.MountKey.Length > point.MountKey.Length)
            .Select(other => AbsolutePath.Below(other.MountKey, point.MountKey).ToArray())]);

    private PointBrowser? Innermost(byte[] key) =>
        _points.Where(point => point.Holds(key)).MaxBy(point => point.MountKey.Length);

    private IEnumerable<PointBrowser> MountedBelow(byte[] key) =>
        _points.Where(point => point.MountKey.Length > key.Length && PathOrder.IsWithin(point.MountKey, key));

    private List<WayName> WaysIn(byte[] key)
    {
        var ways = new List<WayName>();
        foreach (var point in MountedBelow(key))
        {
            var below = AbsolutePath.Below(point.MountKey, key);
            int slash = below.IndexOf((byte)'/');
            byte[] name = (slash < 0 ? below : below[..slash]).ToArray();
            int known = ways.FindIndex(way => way.Name.AsSpan().SequenceEqual(name));
            var volume = slash < 0 ? point : null;
            if (known < 0) ways.Add(new WayName(AbsolutePath.Join(key, name), name, volume));
            else if (volume is not null) ways[known] = ways[known] with { Volume = volume };
        }

        ways.Sort(static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        return ways;
    }

    private static async ValueTask<ListedEntry> WayAsync(
        WayName way, ListedEntry? captured, CancellationToken cancellationToken)
    {
        var root = way.Volume is { } volume ? await volume.FindAsync(default, cancellationToken) : null;
        return root ?? captured ?? ListedEntry.Way(way.Key);
    }

    private async IAsyncEnumerable<ListedEntry> ChildrenAsync(
        byte[] key, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Innermost(key) is not { } point) yield break;
        byte[] folder = AbsolutePath.Below(key, point.MountKey).ToArray();
        var cursor = point.OpenListing();
        await cursor.SeekAsync(folder, cancellationToken);
        while (await cursor.MoveNextAsync(cancellationToken) && PathOrder.IsWithin(cursor.Entry.Path, folder))
        {
            if (cursor.Entry.Path.Length == folder.Length) continue;
            yield return ListedEntry.Of(cursor.Entry, point.MountKey);
            if (cursor.Entry.Fields.IsDirectory) await cursor.SkipSubtreeAsync(cancellationToken);
        }
    }

    private static FaultException NotThere(ReadOnlySpan<byte> path)
    {
        string shown = AbsolutePath.Render(AbsolutePath.ToKey(path));
        return FaultException.Usage("path.not-in-point", $"{shown} is not in the chosen points.",
            $"`coffer versions {PathText.AsWord(shown)}` finds it in older points;"
                + " `coffer ls /` lists what these hold.");
    }

    private sealed record WayName(byte[] Key, byte[] Name, PointBrowser? Volume);
}
