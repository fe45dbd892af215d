using System.Text;

namespace Coffer.Cli.Commands.Setup;

/// <summary>Splits an answer into words as a shell does: by blanks, but for what stands in quotes.</summary>
internal static class TypedWords
{
    public static IReadOnlyList<string> Split(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        char quote = '\0';
        bool isWord = false;
        foreach (char sign in line)
        {
            bool isQuote = sign is '"' or '\'' && (quote == '\0' || quote == sign);
            if (isQuote) quote = quote == '\0' ? sign : '\0';
            else if (quote == '\0' && char.IsWhiteSpace(sign))
            {
                if (isWord) words.Add(word.ToString());
                _ = word.Clear();
            }
            else _ = word.Append(sign);
            isWord = isQuote || quote != '\0' || !char.IsWhiteSpace(sign);
        }

        if (isWord) words.Add(word.ToString());
        return words;
    }

    /// <summary>A leading <c>~/</c> is the user's own folder.</summary>
    public static string Path(string typed) =>
        typed.StartsWith("~/", StringComparison.Ordinal) && Environment.GetEnvironmentVariable("HOME") is { } home
            ? System.IO.Path.Join(home, typed[2..])
            : typed;
}
