using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Coffer.Agent.Policies.Files;

/// <summary>
/// Reads a text as YAML. What keeps it from being YAML is told in words for whoever wrote it, with the line that is to
/// be mended: the library names the line where the part begins that it was reading, which may be far above.
/// </summary>
internal static partial class YamlSyntax
{
    /// <summary>Of mappings and rows in one another: a policy has four, and thousands would take the stack.</summary>
    private const int MostLevels = 20;

    /// <returns>What the only document holds; null where there is a problem.</returns>
    public static YamlNode? Read(string text, out PolicyFileProblem? problem)
    {
        long line = 1;
        try
        {
            problem = Unusable(text, ref line);
            if (problem is not null) return null;
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            problem = stream.Documents.Count switch
            {
                0 => NoPolicy(),
                1 => null,
                _ => new(
                    (int)stream.Documents[1].RootNode.Start.Line,
                    "A second document begins.", "Leave one of them out, and the --- between them."),
            };
            return problem is null ? stream.Documents[0].RootNode : null;
        }
        catch (YamlException e)
        {
            problem = Problem(text.Split('\n'), e, line);
        }
        catch (InvalidOperationException)
        {
            // What the library does where a field follows a row that is not closed.
            problem = Unclosed(text.Split('\n'), line);
        }
        return null;
    }

    public static PolicyFileProblem NoPolicy() =>
        new(1, "This is no policy.", "`coffer policy export` shows what one looks like.");

    // Before anything is built of it: rows in one another by the thousand would take the stack, and parts that stand
    // for one another a time and memory without end.
    private static PolicyFileProblem? Unusable(string text, ref long line)
    {
        var parser = new Parser(new StringReader(text));
        for (int levels = 0; parser.MoveNext(); line = parser.Current!.Start.Line)
        {
            var part = parser.Current!;
            levels += part.NestingIncrease;
            if (levels > MostLevels)
                return new((int)part.Start.Line, "No part of a policy lies so deep.", "Close what is open.");
            bool isAnchor = part is AnchorAlias or NodeEvent { Anchor.IsEmpty: false };
            if (isAnchor || part is NodeEvent { Tag.IsEmpty: false })
                return Unquoted(part.Start.Line, isAnchor ? "* or &" : "!");
        }
        return null;
    }

    private static PolicyFileProblem Problem(string[] lines, YamlException e, long last)
    {
        int line = (int)Math.Clamp(e.Start.Line, 1, lines.Length);
        if (e.Message.StartsWith("Duplicate key ", StringComparison.Ordinal))
            return new(line, $"'{e.Message["Duplicate key ".Length..]}' is there already.", "Leave one of them out.");
        if (e.Message.Contains("tab ", StringComparison.Ordinal))
        {
            int at = Array.FindIndex(lines, Math.Max(0, (int)last - 1), BeginsWithTab().IsMatch);
            return new(at < 0 ? line : at + 1, "A tab indents this line.", "Indent with blanks.");
        }
        if (e.Message.Contains("escape", StringComparison.Ordinal))
            return new(line, "No such sign can follow a backslash in double quotes.",
                @"Write two backslashes, or take single quotes: 'a\*b'.");
        if (e.Message.Contains("block scalar", StringComparison.Ordinal)) return Unquoted(line, "> or |");
        if (e.Message.Contains("start any token", StringComparison.Ordinal)) return Unquoted(line, "such a sign");
        if (e.Message.Contains("quoted scalar", StringComparison.Ordinal))
            return new(line, "A quote is opened here, and not closed on this line.", "Close it: \"/home\".");
        if (e.Message.Contains("expected ',' or", StringComparison.Ordinal)) return Unclosed(lines, last);
        return new(line, $"This is no YAML: {e.Message.TrimEnd('.')}.",
            "Indent with blanks, and quote what has signs in it: \"*.tmp\", \">4GB\".");
    }

    private static PolicyFileProblem Unquoted(long line, string sign) => new(
        (int)line, $"What begins with {sign} means something else to YAML.", "Put it in quotes: \"*.tmp\", \"!keep\".");

    // A ! takes the bracket behind it for its own.
    private static PolicyFileProblem Unclosed(string[] lines, long line) => TagIn().IsMatch(lines[line - 1])
        ? Unquoted(line, "!")
        : new((int)line, "A [ or a { is not closed.", "Close it: [one, two].");

    [GeneratedRegex(@"[\[,]\s*!")]
    private static partial Regex TagIn();

    [GeneratedRegex(@"^ *\t")]
    private static partial Regex BeginsWithTab();
}
