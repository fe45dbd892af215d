namespace Coffer.Domain.Policies.Exclusions;

/// <summary>The pattern of one path component: literal bytes, <c>?</c>, <c>*</c> and classes.</summary>
internal sealed class GlobSegment
{
    private readonly Token[] _tokens;

    private GlobSegment(Token[] tokens)
    {
        _tokens = tokens;
        if (Array.TrueForAll(tokens, static t => t.Kind == TokenKind.Byte)) Literal = Bytes(tokens);
        else if (tokens.Length > 1 && tokens[0].Kind == TokenKind.AnyBytes
            && Array.TrueForAll(tokens[1..], static t => t.Kind == TokenKind.Byte)) Suffix = Bytes(tokens[1..]);
    }

    private enum TokenKind : byte
    {
        Byte = 1,
        AnyByte = 2,
        AnyBytes = 3,
        Set = 4,
    }

    /// <summary>The only name that matches; null where there are others.</summary>
    public byte[]? Literal { get; }

    /// <summary>Set where all names with this ending match and no others.</summary>
    public byte[]? Suffix { get; }

    /// <summary>Matches every name.</summary>
    public static GlobSegment Any { get; } = new([new Token(TokenKind.AnyBytes)]);

    /// <summary>Null, and why, where git would never match the pattern either.</summary>
    public static GlobSegment? Parse(ReadOnlySpan<byte> text, out string reason)
    {
        var tokens = new List<Token>();
        reason = "";
        for (int i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case (byte)'?':
                    tokens.Add(new Token(TokenKind.AnyByte));
                    break;
                case (byte)'*':
                    if (tokens.Count == 0 || tokens[^1].Kind != TokenKind.AnyBytes)
                        tokens.Add(new Token(TokenKind.AnyBytes));
                    break;
                case (byte)'[':
                    int last = GlobClass.Parse(text, i, out var set);
                    if (last < 0) reason = "a class that [ opens is not closed by ] in the same component";
                    if (last < 0) return null;
                    tokens.Add(new Token(TokenKind.Set, Set: set));
                    i = last;
                    break;
                case (byte)'\\' when i + 1 == text.Length:
                    reason = "a backslash at the end escapes nothing";
                    return null;
                case (byte)'\\':
                    tokens.Add(new Token(TokenKind.Byte, text[++i]));
                    break;
                default:
                    tokens.Add(new Token(TokenKind.Byte, text[i]));
                    break;
            }
        }

        return new GlobSegment([.. tokens]);
    }

    /// <summary>Whether the whole name matches. Goes back to the last star only, so it is never exponential.</summary>
    public bool Matches(ReadOnlySpan<byte> name)
    {
        if (Literal is not null) return name.SequenceEqual(Literal);
        if (Suffix is not null) return name.EndsWith(Suffix);
        int token = 0, at = 0, star = -1, starAt = 0;
        while (at < name.Length)
        {
            if (token < _tokens.Length && _tokens[token].Kind == TokenKind.AnyBytes)
            {
                star = token++;
                starAt = at;
            }
            else if (token < _tokens.Length && _tokens[token].Takes(name[at]))
            {
                token++;
                at++;
            }
            else if (star >= 0)
            {
                token = star + 1;
                at = ++starAt;
            }
            else
            {
                return false;
            }
        }

        while (token < _tokens.Length && _tokens[token].Kind == TokenKind.AnyBytes) token++;
        return token == _tokens.Length;
    }

    private static byte[] Bytes(Token[] tokens) => Array.ConvertAll(tokens, static t => t.Value);

    private readonly record struct Token(TokenKind Kind, byte Value = 0, ByteSet Set = default)
    {
        public bool Takes(byte value) =>
            Kind == TokenKind.AnyByte
            || (Kind == TokenKind.Byte && value == Value)
            || (Kind == TokenKind.Set && Set.Contains(value));
    }
}
