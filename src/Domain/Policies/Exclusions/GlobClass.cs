namespace Coffer.Domain.Policies.Exclusions;

/// <summary>Reads <c>[...]</c> as git's wildmatch does, byte by byte.</summary>
internal static class GlobClass
{
    /// <param name="start">Where the opening bracket stands.</param>
    /// <returns>Where the closing one stands; -1 where there is none or a named class is unknown.</returns>
    public static int Parse(ReadOnlySpan<byte> text, int start, out ByteSet set)
    {
        set = default;
        int i = start + 1;
        bool isNegated = i < text.Length && text[i] is (byte)'!' or (byte)'^';
        if (isNegated) i++;

        // What a range may begin with; 0 after a range or a named class. The first sign is never the closing one.
        byte previous = 0;
        for (bool isFirst = true; i < text.Length && (isFirst || text[i] != ']'); isFirst = false, i++)
        {
            if (text[i] == '-' && previous != 0 && i + 1 < text.Length && text[i + 1] != ']')
            {
                if (!TryTake(text, ref i, 1, out byte last)) return -1;
                set.AddRange(previous, last);
                previous = 0;
            }
            else if (NamedClassEnd(text, i) is { } end)
            {
                if (!set.TryAddClass(text[(i + 2)..(end - 1)])) return -1;
                i = end;
                previous = 0;
            }
            else
            {
                if (!TryTake(text, ref i, 0, out previous)) return -1;
                set.Add(previous);
            }
        }

        if (isNegated) set = set.Inverted();
        return i < text.Length ? i : -1;
    }

    /// <summary>The byte that stands <paramref name="ahead"/>, an escape taken off; moves onto it.</summary>
    private static bool TryTake(ReadOnlySpan<byte> text, ref int i, int ahead, out byte value)
    {
        i += ahead;
        if (text[i] == '\\') i++;
        value = i < text.Length ? text[i] : (byte)0;
        return i < text.Length;
    }

    /// <summary>Where the bracket stands that closes <c>[:name:]</c>; null where none begins here.</summary>
    private static int? NamedClassEnd(ReadOnlySpan<byte> text, int i)
    {
        if (text[i] != '[' || i + 1 >= text.Length || text[i + 1] != ':') return null;
        int length = text[(i + 2)..].IndexOf((byte)']');
        int end = i + 2 + length;
        return length > 0 && text[end - 1] == ':' ? end : null;
    }
}
