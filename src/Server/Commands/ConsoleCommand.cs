using System.CommandLine;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands;

/// <summary>A command that asks the running service, over the socket in the vault's folder.</summary>
internal abstract class ConsoleCommand : ServiceCommand
{
    public static readonly Option<string?> Vault = new("--vault")
    {
        Description = "Which vault, by name or id, where the service keeps several",
        HelpName = "NAME",
    };

    protected ConsoleCommand(string name, string description, params string[] examples)
        : base(name, description, examples)
    {
        Options.Add(Vault);
        Options.Add(Json);
    }

    protected abstract Task<int> RunAsync(VaultConsole vault, ParseResult parsed);

    protected sealed override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = new ConsoleClient(DataOf(parsed));
        var vault = await client.VaultAsync(parsed.GetValue(Vault), cancellationToken);
        return await RunAsync(
            new VaultConsole(client, vault, new Report(parsed.GetValue(Json)), cancellationToken), parsed);
    }
}

/// <summary>A command that is one function, with at most one argument.</summary>
/// <param name="argument">Null where it takes none.</param>
internal sealed class ConsoleVerb(
    string name, string description, Func<VaultConsole, string, Task<int>> run, Argument<string>? argument,
    params string[] examples)
    : ConsoleCommand(name, description, examples)
{
    /// <summary>With an argument.</summary>
    public static ConsoleVerb Of(
        string name, string description, Argument<string> argument, Func<VaultConsole, string, Task<int>> run,
        params string[] examples)
    {
        var verb = new ConsoleVerb(name, description, run, argument, examples);
        verb.Add(argument);
        return verb;
    }

    public static ConsoleVerb Of(
        string name, string description, Func<VaultConsole, Task<int>> run, params string[] examples) =>
        new(name, description, (vault, _) => run(vault), null, examples);

    /// <summary>A noun, which alone lists or shows.</summary>
    public static ConsoleVerb Noun(
        string name, string description, Func<VaultConsole, Task<int>> run, params Command[] verbs)
    {
        var noun = Of(name, description, run, $"coffer-vault {name} --data /srv/vault");
        foreach (var verb in verbs) noun.Add(verb);
        return noun;
    }

    protected override Task<int> RunAsync(VaultConsole vault, ParseResult parsed) =>
        run(vault, argument is null ? "" : parsed.GetValue(argument)!);
}
