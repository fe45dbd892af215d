namespace Coffer.Domain.Policies.Exclusions;

/// <summary>A pattern over whole paths: components, and <c>**</c> for any number of them.</summary>
/// <param name="segments">Null stands for <c>**</c>; never the last one.</param>
internal sealed class PathGlob(GlobSegment?[] segments)
{
    /// <summary>The only path that matches, without a leading slash; null where there are others.</summary>
    public byte[]? Literal { get; } = LiteralOf(segments);

    /// <summary>Whether the whole path matches. Goes back to the last <c>**</c> only.</summary>
    /// <param name="path">Relative: no slash at either end.</param>
    public bool Matches(ReadOnlySpan<byte> path)
    {
        int segment = 0, at = 0, star = -1, starAt = 0;
        while (at < path.Length)
        {
            int length = path[at..].IndexOf((byte)'/');
            int next = length < 0 ? path.Length : at + length + 1;
            var name = length < 0 ? path[at..] : path.Slice(at, length);
            if (segment < segments.Length && segments[segment] is null)
            {
                star = segment++;
                starAt = at;
            }
            else if (segment < segments.Length && segments[segment]!.Matches(name))
            {
                segment++;
                at = next;
            }
            else if (star >= 0)
            {
                segment = star + 1;
                int slash = path[starAt..].IndexOf((byte)'/');
                at = starAt = slash < 0 ? path.Length : starAt + slash + 1;
            }
            else
            {
                return false;
            }
        }

        return segment == segments.Length;
    }

    private static byte[]? LiteralOf(GlobSegment?[] segments)
    {
        var path = new List<byte>();
        foreach (var segment in segments)
        {
            if (segment?.Literal is not { } name) return null;
            if (path.Count > 0) path.Add((byte)'/');
            path.AddRange(name);
        }

        return [.. path];
    }
}
