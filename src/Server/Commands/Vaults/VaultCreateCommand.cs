using System.CommandLine;
using Coffer.Contracts.Wire;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Vaults;

/// <summary><c>coffer-vault vault create NAME</c>: one more, with its own machines, people and switches.</summary>
internal sealed class VaultCreateCommand : ServiceCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "Letters, digits, hyphens, dots" };

    public VaultCreateCommand()
        : base("create", "Make one more vault, with its own machines, people and switches",
            "coffer-vault vault create office --data /srv/vault",
            "coffer-vault credentials create --vault office --data /srv/vault      # then machines register with it")
    {
        Add(_name);
        Options.Add(Json);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = new ConsoleClient(DataOf(parsed));
        var report = new Report(parsed.GetValue(Json));
        string name = Uri.EscapeDataString(parsed.GetValue(_name)!);
        var made = await client.AskAsync(
            HttpMethod.Post, $"{ConsoleEndpoints.Root[1..]}/vaults/{name}", null, WireJson.Default.VaultGreeting,
            cancellationToken);
        report.Line($"The vault {made.Name} ({made.Id}) is served. From now on commands want --vault NAME.");
        return report.Done(made, WireJson.Default.VaultGreeting);
    }
}
