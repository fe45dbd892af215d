using System.CommandLine;
using System.CommandLine.Parsing;
using Coffer.Domain;
using Coffer.Domain.Wording;

namespace Coffer.Server.Commands.Shell;

/// <summary>Tells what is wrong with a command line, and what was probably meant; as <c>coffer</c> does it.</summary>
internal static class WrongUsage
{
    private const string Code = "usage";

    public static Fault Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        string help = $"`{PathOf(command)} --help` shows what it takes.";
        string? token = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        bool isVerbMissing = command.Subcommands.Count > 0 && command.Action is null && (token is null or ['-', ..]);
        if (token is not null && !isVerbMissing) return Unknown(token, command, help);
        if (isVerbMissing)
            return new Fault(Code, FaultKind.Usage,
                $"`{PathOf(command)}` alone does nothing: name a command, {string.Join(", ", CommandsOf(command))}.",
                $"`{PathOf(command)} --help` tells what each does.");
        string example = command is ServiceCommand { Examples: [var first, ..] }
            ? $"For example `{first.Split('#')[0].TrimEnd()}`; {help}"
            : help;
        return new Fault(Code, FaultKind.Usage, Missing(parsed, command) ?? Told(parsed), example);
    }

    private static Fault Unknown(string token, Command command, string help)
    {
        bool isOption = token.StartsWith('-');
        string what = isOption ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
        string? nearest = Suggestion.Nearest(token, isOption ? OptionsOf(command) : CommandsOf(command));
        return new Fault(Code, FaultKind.Usage,
            $"'{token}' is {(what == "command" ? "a" : "an")} {what} that `{PathOf(command)}` does not have.",
            nearest is null ? help : $"Did you mean `{nearest}`?");
    }

    /// <summary>What to name, where an argument or an option has to be there and is not; null where all are.</summary>
    private static string? Missing(ParseResult parsed, Command command)
    {
        if (parsed.Errors[0].SymbolResult is OptionResult { Tokens: [], IdentifierTokenCount: > 0, Option: var bare })
            return $"{bare.Name} needs {bare.HelpName ?? "a value"} after it.";
        var argument = command.Arguments.FirstOrDefault(argument => argument.Arity.MinimumNumberOfValues
            > (parsed.GetResult(argument)?.Tokens.Count ?? 0));
        if (argument is not null)
            return $"Name {argument.HelpName ?? argument.Name}{InBrackets(argument.Description)}.";
        var option = command.Options.FirstOrDefault(
            option => option.Required && parsed.GetResult(option) is null or { Tokens: [] });
        return option is null ? null : $"Give {option.Name} {option.HelpName}{InBrackets(option.Description)}.";
    }

    private static string InBrackets(string? description) => description is { Length: > 0 } words
        ? $" ({char.ToLowerInvariant(words[0])}{words[1..]})"
        : "";

    /// <summary>A command's own words, or the parser's, on one line.</summary>
    private static string Told(ParseResult parsed) => string.Join(' ', parsed.Errors[0].Message.Split(
        (char[])['\n', '\r', '\t', ' '], StringSplitOptions.RemoveEmptyEntries));

    private static string PathOf(Command command)
    {
        string name = command is RootCommand ? "coffer-vault" : command.Name;
        return command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{PathOf(parent)} {name}" : name;
    }

    private static IEnumerable<string> CommandsOf(Command command) => command.Subcommands.Select(sub => sub.Name);

    private static IEnumerable<string> OptionsOf(Command command) =>
        command.Options.SelectMany(option => option.Aliases.Append(option.Name));
}
