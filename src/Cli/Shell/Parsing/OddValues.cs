using System.CommandLine;
using System.CommandLine.Parsing;
using Coffer.Domain;

namespace Coffer.Cli.Shell.Parsing;

/// <summary>
/// Values that a parser takes and nobody means: an empty one, from a variable that is not set, would restore to where
/// the files were; an option taken for the value of the one before it would restore into a folder of that name.
/// </summary>
internal static class OddValues
{
    public static Fault Empty { get; } = new("usage.empty", FaultKind.Usage, "One of the arguments is empty.",
        "Is a variable not set? Leave the argument out if nothing is meant by it.");

    public static bool EmptyIn(string[] args) => args.Any(
        static arg => arg.Length == 0
            || (arg.StartsWith("--", StringComparison.Ordinal) && arg.IndexOf('=') == arg.Length - 1));

    /// <summary>
    /// Also where <c>--json</c> itself was taken for a value, so that the error is told as it was asked.
    /// </summary>
    public static bool AsksForJson(string[] args) =>
        args.TakeWhile(arg => arg != "--").Any(arg => arg == SharedOptions.Json.Name);

    /// <summary>What is wrong, in words; null where no option was taken for a value.</summary>
    public static string? SwallowedBy(ParseResult parsed, HashSet<string> options)
    {
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as CommandResult)
        {
            foreach (var option in result.Children.OfType<OptionResult>())
            {
                var taken = option.Tokens.FirstOrDefault(token => options.Contains(token.Value));
                if (taken is not null)
                    return $"'{option.Option.Name}' needs a value, and '{taken.Value}' is an option itself.";
            }
        }

        return null;
    }
}
