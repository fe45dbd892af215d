using Coffer.Domain;

namespace Coffer.Agent.Browsing;

/// <summary>
/// A pattern over names and paths, byte by byte: <c>*</c> any bytes within a name, <c>**</c> across names, <c>?</c>
/// one byte within a name, <c>[a-z]</c> and <c>[!a-z]</c> sets, <c>\</c> takes the next byte as it is. Without a slash
/// it is matched with the name; with a leading slash with the whole absolute path; else with the path's last part.
/// </summary>
public sealed class GlobPattern
{
    private const int NoStar = -1;

    private readonly byte[] _pattern;
    private readonly bool _ignoresCase, _isPath, _isAnchored;

    /// <param name="ignoresCase">Of ASCII letters; other bytes have no case here.</param>
    public GlobPattern(ReadOnlySpan<byte> pattern, bool ignoresCase = false)
    {
        if (pattern.IsEmpty)
            throw FaultException.Usage("pattern.empty", "The pattern is empty.",
                "Name a file, or a pattern such as '*.txt'.");
        _isAnchored = pattern[0] == (byte)'/';
        _isPath = pattern.Contains((byte)'/');
        _pattern = (_isAnchored ? pattern[1..] : pattern).ToArray();
        _ignoresCase = ignoresCase;
    }

    /// <summary>
    /// Whether the entry at <paramref name="path"/> of a volume mounted at <paramref name="mountKey"/> matches.
    /// </summary>
    public bool Matches(ReadOnlySpan<byte> mountKey, ReadOnlySpan<byte> path)
    {
        if (!_isPath) return Match(PathOrder.Name(path.IsEmpty ? mountKey : path));
        byte[] key = AbsolutePath.Join(mountKey, path);
        if (Match(key)) return true;
        if (_isAnchored) return false;
        for (int i = 0; i < key.Length; i++)
            if (key[i] == (byte)'/' && Match(key.AsSpan(i + 1))) return true;
        return false;
    }

    /// <summary>
    /// Two stars to fall back to: the last single one, which may not pass a slash, then the last double one. Work is
    /// at most text × text × pattern, whatever the pattern.
    /// </summary>
    private bool Match(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> pattern = _pattern;
        int p = 0, t = 0;
        (int Pattern, int Text) single = (NoStar, 0), dual = (NoStar, 0);
        while (t < text.Length || p < pattern.Length)
        {
            if (p < pattern.Length && pattern[p] == (byte)'*')
            {
                int next = p + 1;
                while (next < pattern.Length && pattern[next] == (byte)'*') next++;
                if (next - p > 1)
                {
                    // "**/" also stands for nothing at all.
                    if (next < pattern.Length && pattern[next] == (byte)'/' && (p == 0 || pattern[p - 1] == (byte)'/')
                        && (t == 0 || text[t - 1] == (byte)'/')) next++;
                    dual = (next, t);
                    single = (NoStar, 0);
                }
                else
                {
                    single = (next, t);
                }

                p = next;
                continue;
            }

            if (t < text.Length && p < pattern.Length && MatchOne(text[t], ref p))
            {
                t++;
                continue;
            }

            if (single.Pattern != NoStar && single.Text < text.Length && text[single.Text] != (byte)'/')
            {
                t = ++single.Text;
                p = single.Pattern;
            }
            else if (dual.Pattern != NoStar && dual.Text < text.Length)
            {
                t = NextForDual(text, pattern, ref dual);
                p = dual.Pattern;
                single = (NoStar, 0);
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    // Behind "**/" the rest begins at a component.
    private static int NextForDual(
        ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, ref (int Pattern, int Text) dual)
    {
        dual.Text++;
        bool wantsComponent = dual.Pattern >= 3 && pattern[dual.Pattern - 1] == (byte)'/'
            && pattern[dual.Pattern - 2] == (byte)'*';
        while (wantsComponent && dual.Text < text.Length && text[dual.Text - 1] != (byte)'/') dual.Text++;
        return dual.Text;
    }

    private bool MatchOne(byte b, ref int p)
    {
        ReadOnlySpan<byte> pattern = _pattern;
        if (pattern[p] == (byte)'?') return Step(b != (byte)'/', ref p, 1);
        if (pattern[p] == (byte)'[')
        {
            int close = pattern[(p + 1)..].IndexOf((byte)']');
            if (close == 0 || (close == 1 && pattern[p + 1] is (byte)'!' or (byte)'^'))
            {
                int again = pattern[(p + 2 + close)..].IndexOf((byte)']');
                close = again < 0 ? -1 : close + 1 + again;
            }

            if (close > 0) return Step(b != (byte)'/' && InSet(pattern.Slice(p + 1, close), b), ref p, close + 2);
        }

        int escaped = pattern[p] == (byte)'\\' && p + 1 < pattern.Length ? 1 : 0;
        return Step(Fold(pattern[p + escaped]) == Fold(b), ref p, 1 + escaped);
    }

    private static bool Step(bool matches, ref int p, int by)
    {
        if (matches) p += by;
        return matches;
    }

    private bool InSet(ReadOnlySpan<byte> set, byte b)
    {
        bool isNegated = set[0] is (byte)'!' or (byte)'^';
        if (isNegated) set = set[1..];
        bool isIn = false;
        for (int i = 0; i < set.Length; i++)
        {
            bool isRange = i + 2 < set.Length && set[i + 1] == (byte)'-';
            byte last = isRange ? set[i + 2] : set[i];
            isIn |= Between(b, set[i], last)
                || (_ignoresCase && (Between(Fold(b), set[i], last) || Between(Upper(b), set[i], last)));
            if (isRange) i += 2;
        }

        return isIn != isNegated;
    }

    private static bool Between(byte b, byte first, byte last) => b >= first && b <= last;

    private byte Fold(byte b) => _ignoresCase && b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;

    private static byte Upper(byte b) => b is >= (byte)'a' and <= (byte)'z' ? (byte)(b & ~0x20) : b;
}
