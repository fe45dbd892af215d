using System.CommandLine;
using System.CommandLine.Parsing;
using Coffer.Domain;
using Coffer.Domain.Wording;

namespace Coffer.Cli.Shell.Parsing;

/// <summary>Tells what is wrong with a command line, and what was probably meant.</summary>
internal static class WrongUsage
{
    /// <summary>Null where the line can be run.</summary>
    public static Fault? FaultOf(ParseResult parsed, string[] args)
    {
        var command = parsed.CommandResult.Command;
        string help = $"`{PathOf(command)} --help` shows what it takes.";
        if (OddValues.EmptyIn(args)) return OddValues.Empty;
        if (OddValues.SwallowedBy(parsed, OptionsOf(command).ToHashSet()) is { } swallowed)
            return new Fault("usage.value", FaultKind.Usage, swallowed, help);
        return parsed.Errors.Count == 0 ? null : Of(parsed, command, help);
    }

    private static Fault Of(ParseResult parsed, Command command, string help)
    {
        string path = PathOf(command);
        if (parsed.UnmatchedTokens is not [var token, ..])
            return Missing(parsed, command) is { } missing
                ? new Fault("usage", FaultKind.Usage, missing, LikeThis(command, help))
                : new Fault("usage", FaultKind.Usage, Told(parsed), help);
        bool isOption = token.StartsWith('-');
        string what = isOption ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
        string message = $"'{token}' is not {(what[0] is 'o' or 'a' ? "an" : "a")} {what} of `{path}`.";
        string? nearest = Suggestion.Nearest(token, isOption ? OptionsOf(command) : CommandsOf(command));
        return new Fault(
            $"usage.{what}", FaultKind.Usage, message, nearest is null ? help : $"Did you mean `{nearest}`?");
    }

    /// <summary>What to name, where an argument is missing; null where none is.</summary>
    private static string? Missing(ParseResult parsed, Command command)
    {
        if (parsed.Errors[0].SymbolResult is OptionResult) return null;
        var missing = parsed.CommandResult.Children.OfType<ArgumentResult>()
            .FirstOrDefault(a => a.Tokens.Count < a.Argument.Arity.MinimumNumberOfValues)?.Argument
            ?? command.Arguments.FirstOrDefault(
                a => a.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(a) is null);
        if (missing is null) return null;
        string what = missing.Description is { Length: > 0 } words
            ? $" ({char.ToLowerInvariant(words[0])}{words[1..]})" : "";
        return $"Name {missing.HelpName ?? missing.Name}{what}:"
            + $" `{PathOf(command)} {OptionalArguments.UsageOf(command)}`.";
    }

    private static string LikeThis(Command command, string help) =>
        command is CofferCommand { Examples: [var example, ..] }
            ? $"For example `{example.Split('#')[0].TrimEnd()}`; {help}"
            : help;

    /// <summary>Which option has no value; else the parser's own words, on one line.</summary>
    private static string Told(ParseResult parsed)
    {
        if (parsed.Errors[0].SymbolResult is OptionResult { IdentifierToken: null, Option: { Required: true } needed })
            return $"{needed.Name} {needed.HelpName} is missing: {needed.Description}.";
        if (parsed.Errors[0].SymbolResult is OptionResult { Tokens: [], Option: var option })
            return $"{option.Name} needs {option.HelpName ?? "a value"} after it.";
        var words = parsed.Errors[0].Message.Split(
            (char[])['\n', '\r', '\t', ' '], StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', words);
    }

    private static string PathOf(Command command)
    {
        string name = command is RootCommand ? "coffer" : command.Name;
        return command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{PathOf(parent)} {name}" : name;
    }

    private static IEnumerable<string> CommandsOf(Command command) => command.Subcommands.Select(c => c.Name);

    private static IEnumerable<string> OptionsOf(Command command)
    {
        var own = command.Options.SelectMany(o => o.Aliases.Append(o.Name));
        return own.Concat(command.Parents.OfType<Command>().SelectMany(OptionsOf));
    }
}
