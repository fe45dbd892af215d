using System.CommandLine;

namespace Coffer.Cli.Shell.Parsing;

/// <summary>
/// The list of commands in a help shows all arguments alike; here those that may be left out get brackets.
/// </summary>
internal static class OptionalArguments
{
    /// <param name="help">Of <paramref name="command"/>, one of its commands a line, indented by two.</param>
    public static string Bracket(string help, Command command)
    {
        string[] lines = help.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i];
            var named = command.Subcommands.FirstOrDefault(sub => IsOf(line, sub));
            foreach (var argument in named?.Arguments.Where(IsOptional) ?? [])
            {
                string name = argument.HelpName ?? argument.Name;
                lines[i] = lines[i].Replace($"<{name}>", $"[{name}]", StringComparison.Ordinal);
            }
        }

        return string.Join('\n', lines);
    }

    /// <summary>A command's arguments as its usage has them.</summary>
    public static string UsageOf(Command command) => string.Join(
        ' ', command.Arguments.Select(a => IsOptional(a) ? $"[{a.HelpName ?? a.Name}]" : a.HelpName ?? a.Name));

    private static bool IsOf(string line, Command command) =>
        line.StartsWith($"  {command.Name} ", StringComparison.Ordinal)
        || line.StartsWith($"  {command.Name},", StringComparison.Ordinal);

    private static bool IsOptional(Argument argument) =>
        argument.HasDefaultValue || argument.Arity.MinimumNumberOfValues == 0;
}
