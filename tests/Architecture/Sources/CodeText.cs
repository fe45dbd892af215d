namespace Coffer.Architecture.Sources;

/// <summary>
/// C# text with comments, strings, characters and preprocessor lines blanked out, so that braces and words can be
/// looked for. Line breaks stay where they are. Text between quotes inside an interpolation hole is blanked too.
/// </summary>
internal sealed class CodeText
{
    private readonly string _source;
    private readonly char[] _kept;
    private int _at;

    private CodeText(string source)
    {
        _source = source;
        _kept = source.ToCharArray();
    }

    public static string Of(string source)
    {
        var text = new CodeText(source);
        while (text._at < source.Length)
        {
            text.Step();
        }

        return new string(text._kept);
    }

    private void Step()
    {
        char c = _source[_at];
        if (c == '/' && Peek(1) == '/' || c == '#' && StartsLine())
        {
            BlankTo(EndOf("\n", _at));
        }
        else if (c == '/' && Peek(1) == '*')
        {
            BlankTo(EndOf("*/", _at + 2) + 2);
        }
        else if (c == '\'')
        {
            BlankTo(EndOfEscaped('\'', _at + 1));
        }
        else if (c is '"' or '$' or '@' && StringStart() is { } quote)
        {
            BlankTo(EndOfString(quote));
        }
        else
        {
            _at++;
        }
    }

    private char Peek(int ahead) => _at + ahead < _source.Length ? _source[_at + ahead] : '\0';

    private bool StartsLine()
    {
        for (int i = _at - 1; i >= 0 && _source[i] != '\n'; i--)
        {
            if (_source[i] is not (' ' or '\t'))
            {
                return false;
            }
        }

        return true;
    }

    private int EndOf(string mark, int from)
    {
        int found = _source.IndexOf(mark, Math.Min(from, _source.Length), StringComparison.Ordinal);
        return found < 0 ? _source.Length : found;
    }

    private int EndOfEscaped(char quote, int i)
    {
        for (; i < _source.Length && _source[i] != quote; i++)
        {
            if (_source[i] == '\\')
            {
                i++;
            }
        }

        return i + 1;
    }

    /// <summary>Where the first quote of the string that begins here lies; null where only a word begins.</summary>
    private int? StringStart()
    {
        int i = _at;
        while (i < _source.Length && _source[i] is '$' or '@')
        {
            i++;
        }

        return i < _source.Length && _source[i] == '"' ? i : null;
    }

    private int EndOfString(int quote)
    {
        string prefix = _source[_at..quote];
        int quotes = 0;
        while (quote + quotes < _source.Length && _source[quote + quotes] == '"')
        {
            quotes++;
        }

        if (quotes >= 3)
        {
            return EndOf(new string('"', quotes), quote + quotes) + quotes;
        }

        return quotes == 2 ? quote + 2 : EndOfPlain(quote + 1, prefix.Contains('@'), prefix.Contains('$'));
    }

    private int EndOfPlain(int i, bool verbatim, bool interpolated)
    {
        for (; i < _source.Length; i++)
        {
            char c = _source[i];
            if (c == '"')
            {
                if (!verbatim || i + 1 >= _source.Length || _source[i + 1] != '"')
                {
                    return i + 1;
                }

                i++;
            }
            else if (c == '\\' && !verbatim)
            {
                i++;
            }
            else if (c == '{' && interpolated)
            {
                i = i + 1 < _source.Length && _source[i + 1] == '{' ? i + 1 : EndOfHole(i + 1);
            }
        }

        return _source.Length;
    }

    /// <summary>The place of the brace that closes the hole, over strings and braces inside it.</summary>
    private int EndOfHole(int i)
    {
        int depth = 1;
        int saved = _at;
        for (; i < _source.Length; i++)
        {
            char c = _source[i];
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth == 0)
            {
                break;
            }

            _at = i;
            if (c is '"' or '$' or '@' && StringStart() is { } quote)
            {
                i = EndOfString(quote) - 1;
            }
            else if (c == '\'')
            {
                i = EndOfEscaped('\'', i + 1) - 1;
            }
        }

        _at = saved;
        return i;
    }

    private void BlankTo(int end)
    {
        for (end = Math.Min(end, _source.Length); _at < end; _at++)
        {
            if (_kept[_at] != '\n')
            {
                _kept[_at] = ' ';
            }
        }
    }
}
