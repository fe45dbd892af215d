using System.CommandLine;
using Coffer.Cli.Output;
using Coffer.Domain;

namespace Coffer.Cli.Shell.Parsing;

/// <summary>Tells what is wrong with a command line, and what was probably meant.</summary>
internal static class WrongUsage
{
    public static Outcome Outcome(Printer printer, ParseResult parsed)
    {
        var fault = FaultOf(parsed);
        printer.Error(fault);
        return new Outcome(ExitCode.Usage, json => Faults.Write(json, fault));
    }

    private static Fault FaultOf(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        string path = PathOf(command);
        string help = $"`{path} --help` shows what it takes.";
        if (parsed.UnmatchedTokens is not [var token, ..])
            return new Fault("usage", FaultKind.Usage, parsed.Errors[0].Message, help);
        bool isOption = token.StartsWith('-');
        string what = isOption ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
        string message = $"'{token}' is not {(what[0] is 'o' or 'a' ? "an" : "a")} {what} of `{path}`.";
        string? nearest = Suggestion.Nearest(token, isOption ? OptionsOf(command) : CommandsOf(command));
        return new Fault(
            $"usage.{what}", FaultKind.Usage, message, nearest is null ? help : $"Did you mean `{nearest}`?");
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
