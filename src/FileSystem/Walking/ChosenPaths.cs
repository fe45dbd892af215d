using Coffer.Domain;

namespace Coffer.FileSystem.Walking;

/// <summary>
/// The chosen paths of a volume in listing order: component by component, "/" below every other byte. A path below
/// another chosen one is dropped, it is walked anyway.
/// </summary>
internal sealed class ChosenPaths
{
    private readonly byte[][] _paths;

    public ChosenPaths(IEnumerable<byte[]> paths)
    {
        byte[][] sorted = [.. paths.Select(Checked)];
        Array.Sort(sorted, static (a, b) => PathOrder.Compare(a, b));
        var kept = new List<byte[]>();
        foreach (byte[] path in sorted)
            if (kept.Count == 0 || !PathOrder.IsWithin(path, kept[^1])) kept.Add(path);
        _paths = [.. kept];
    }

    public int Count => _paths.Length;

    /// <summary>The whole volume was chosen.</summary>
    public bool IsWhole => _paths is [{ Length: 0 }];

    /// <summary>The component of a path that begins at a byte.</summary>
    public ReadOnlySpan<byte> Component(int index, int start)
    {
        ReadOnlySpan<byte> rest = _paths[index].AsSpan(start);
        int end = rest.IndexOf((byte)'/');
        return end < 0 ? rest : rest[..end];
    }

    public bool EndsAt(int index, int position) => _paths[index].Length == position;

    /// <summary>First path after <paramref name="index"/> that has another component at that place.</summary>
    public int EndOfGroup(int index, int end, int start)
    {
        ReadOnlySpan<byte> component = Component(index, start);
        int next = index + 1;
        while (next < end && Component(next, start).SequenceEqual(component)) next++;
        return next;
    }

    private static byte[] Checked(byte[] path)
    {
        if (path.Length == 0) return path;
        if (path.AsSpan().Contains((byte)0)) throw new ArgumentException("a chosen path holds a NUL byte");
        foreach (Range part in path.AsSpan().Split((byte)'/'))
        {
            ReadOnlySpan<byte> name = path.AsSpan()[part];
            if (name.IsEmpty || name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
                throw new ArgumentException($"'{PathText.Render(path)}' is not a plain relative path");
        }

        return path;
    }
}
