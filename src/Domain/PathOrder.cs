namespace Coffer.Domain;

/// <summary>
/// The order of a listing: component by component, unsigned bytes, '/' below every byte, a directory before what it
/// holds. Paths are relative to the volume, without a leading or trailing slash; the root's is empty.
/// </summary>
public static class PathOrder
{
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int same = left.CommonPrefixLength(right);
        if (same == left.Length || same == right.Length) return left.Length.CompareTo(right.Length);
        return Weight(left[same]).CompareTo(Weight(right[same]));
    }

    /// <summary>
    /// Bytes of the folder that holds <paramref name="path"/>; 0 where that is the root; −1 for the root itself.
    /// </summary>
    public static int ParentLength(ReadOnlySpan<byte> path) =>
        path.IsEmpty ? -1 : Math.Max(0, path.LastIndexOf((byte)'/'));

    public static ReadOnlySpan<byte> Name(ReadOnlySpan<byte> path) => path[(path.LastIndexOf((byte)'/') + 1)..];

    /// <summary>True for <paramref name="folder"/> itself and all that lies below it.</summary>
    public static bool IsWithin(ReadOnlySpan<byte> path, ReadOnlySpan<byte> folder) =>
        folder.IsEmpty
        || (path.StartsWith(folder) && (path.Length == folder.Length || path[folder.Length] == (byte)'/'));

    /// <summary>
    /// Bytes of the deepest folder that holds both <paramref name="folder"/> and <paramref name="other"/> or is both.
    /// </summary>
    public static int CommonFolderLength(ReadOnlySpan<byte> folder, ReadOnlySpan<byte> other)
    {
        int same = folder.CommonPrefixLength(other);
        bool endsHere = (same == folder.Length || folder[same] == (byte)'/')
            && (same == other.Length || other[same] == (byte)'/');
        return endsHere ? same : Math.Max(0, folder[..same].LastIndexOf((byte)'/'));
    }

    /// <summary>Components of a folder's path: 0 for the root.</summary>
    public static int Depth(ReadOnlySpan<byte> folder) => folder.IsEmpty ? 0 : folder.Count((byte)'/') + 1;

    // Zero cannot occur in a name, so the slash may take its place.
    private static int Weight(byte b) => b == (byte)'/' ? 0 : b;
}
