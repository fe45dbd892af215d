namespace Coffer.Domain.Policies;

/// <summary>Rules about absolute paths as bytes.</summary>
public static class PathRules
{
    /// <summary>Whether a path is <paramref name="top"/> itself or lies below it; "/" is above all.</summary>
    public static bool IsAtOrBelow(ReadOnlySpan<byte> path, ReadOnlySpan<byte> top) =>
        top.Length == 1 || (path.StartsWith(top) && (path.Length == top.Length || path[top.Length] == '/'));

    /// <summary>
    /// Takes "." and ".." and doubled slashes out of an absolute path, by text alone: links must have been resolved
    /// before, where ".." follows one.
    /// </summary>
    public static byte[] Normalise(ReadOnlySpan<byte> path)
    {
        Invariant.Holds(path.StartsWith("/"u8));
        var kept = new List<Range>();
        foreach (var part in path.Split((byte)'/'))
        {
            var name = path[part];
            if (name.IsEmpty || name.SequenceEqual("."u8)) continue;
            if (!name.SequenceEqual(".."u8)) kept.Add(part);
            else if (kept.Count > 0) kept.RemoveAt(kept.Count - 1);
        }

        var plain = new List<byte>(path.Length);
        foreach (var part in kept)
        {
            plain.Add((byte)'/');
            plain.AddRange(path[part]);
        }

        return plain.Count == 0 ? [(byte)'/'] : [.. plain];
    }

    /// <summary>
    /// The fewest paths that cover all the given ones: the first of equal paths, and none that lies below another.
    /// The order is kept.
    /// </summary>
    public static IReadOnlyList<byte[]> Cover(IReadOnlyList<byte[]> paths)
    {
        var covering = new List<byte[]>();
        for (int i = 0; i < paths.Count; i++)
            if (CoveredBy(paths, i) is null) covering.Add(paths[i]);
        return covering;
    }

    /// <summary>The other path that makes one superfluous; null where it is needed.</summary>
    public static byte[]? CoveredBy(IReadOnlyList<byte[]> paths, int index)
    {
        for (int i = 0; i < paths.Count; i++)
        {
            bool isEqual = paths[i].AsSpan().SequenceEqual(paths[index]);
            if (isEqual ? i < index : IsAtOrBelow(paths[index], paths[i])) return paths[i];
        }

        return null;
    }
}
