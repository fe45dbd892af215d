namespace Coffer.FileSystem;

/// <summary>The order of listings: component by component, unsigned bytes, a directory before its contents.</summary>
public static class PathOrder
{
    /// <summary>Compares relative paths with "/" between components; "/" sorts below every other byte.</summary>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int common = left.CommonPrefixLength(right);
        if (common == left.Length || common == right.Length) return left.Length.CompareTo(right.Length);
        int a = left[common] == '/' ? -1 : left[common];
        int b = right[common] == '/' ? -1 : right[common];
        return a.CompareTo(b);
    }

    /// <summary>
    /// Whether a path is <paramref name="top"/> itself or lies below it; all lie below the empty path.
    /// </summary>
    public static bool IsAtOrBelow(ReadOnlySpan<byte> path, ReadOnlySpan<byte> top) =>
        top.IsEmpty || (path.StartsWith(top) && (path.Length == top.Length || path[top.Length] == '/'));
}
