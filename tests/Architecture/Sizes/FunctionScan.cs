using System.Text.RegularExpressions;
using Coffer.Architecture.Sources;

namespace Coffer.Architecture.Sizes;

/// <summary>
/// Finds functions and their lengths by following braces and semicolons through code. It knows namespaces and types
/// (whose members it looks into) from all other braces (which it counts as part of the member around them). Fields
/// with an initialiser are data, not functions, and are passed over.
/// </summary>
internal static partial class FunctionScan
{
    public static IReadOnlyList<FunctionLength> Of(string source)
    {
        string code = CodeText.Of(source);
        var found = new List<FunctionLength>();
        int start = 0;
        int parentheses = 0;
        for (int i = 0; i < code.Length; i++)
        {
            parentheses += code[i] is '(' or '[' ? 1 : code[i] is ')' or ']' ? -1 : 0;
            if (parentheses > 0 || code[i] is not ('{' or '}' or ';'))
            {
                continue;
            }

            string header = code[start..i];
            bool opensMember = code[i] == '{' && !TypeHeader().IsMatch(header);
            int end = opensMember ? MemberEnd(code, i) : i;
            if (opensMember || (code[i] == ';' && header.Contains("=>", StringComparison.Ordinal)))
            {
                AddFunction(found, code, start, end);
            }

            start = end + 1;
            i = end;
        }

        return found;
    }

    private static void AddFunction(List<FunctionLength> found, string code, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(code[start]))
        {
            start++;
        }

        string text = code[start..end];
        string head = text.Split('{', 2)[0];
        if (!Initialiser().IsMatch(Attributes().Replace(head, "")))
        {
            var name = Name().Match(Attributes().Replace(head, ""));
            found.Add(new FunctionLength(name.Success ? name.Groups[1].Value : "?", text.Count(c => c == '\n') + 1));
        }
    }

    /// <summary>
    /// The last place of the member whose first brace is at <paramref name="open"/>: its closing brace, or the
    /// semicolon after it where the brace was part of an expression.
    /// </summary>
    private static int MemberEnd(string code, int open)
    {
        int depth = 0;
        int i = open;
        for (; i < code.Length; i++)
        {
            depth += code[i] is '{' or '(' or '[' ? 1 : code[i] is '}' or ')' or ']' ? -1 : 0;
            if (depth == 0 && code[i] == '}' && !GoesOn(code, i + 1))
            {
                break;
            }

            if (depth == 0 && code[i] == ';')
            {
                break;
            }
        }

        return Math.Min(i, code.Length - 1);
    }

    /// <summary>After a closing brace: does an expression, or the initialiser of a property, still follow?</summary>
    private static bool GoesOn(string code, int from)
    {
        var next = code.AsSpan(from).TrimStart();
        return !next.IsEmpty && next[0] is '.' or ',' or ';' or '?' or ':' or '!' or '=' or ')' or '|' or '&';
    }

    [GeneratedRegex(@"(?<![\w.@])(class|struct|interface|record|enum|namespace|extension)\b(?![^{]*=>)")]
    private static partial Regex TypeHeader();

    [GeneratedRegex(@"^[^(=]*(?<![=!<>])=(?![=>])|^[^(]*\bevent\b")]
    private static partial Regex Initialiser();

    [GeneratedRegex(@"^\s*(\[[^\]]*\]\s*)+")]
    private static partial Regex Attributes();

    [GeneratedRegex(@"(operator\s*[^\s(]+|[\w@~]+)\s*(<[^(]*>)?\s*(\(|=>|$)")]
    private static partial Regex Name();
}

/// <param name="Lines">From the first line of the declaration to the last of the body.</param>
internal sealed record FunctionLength(string Name, int Lines);
