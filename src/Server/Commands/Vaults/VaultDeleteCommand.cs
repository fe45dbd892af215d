using System.CommandLine;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Vaults;

/// <summary><c>coffer-vault vault delete NAME</c>: one that holds nothing any more; else it is told what.</summary>
internal sealed class VaultDeleteCommand : ServiceCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "The vault's name" };
    private readonly Option<string?> _confirm = Confirmation.Option("the vault's name");

    public VaultDeleteCommand()
        : base("delete", "Remove a vault that holds nothing any more, with its people and its audit log",
            "coffer-vault vault delete office --confirm office --data /srv/vault")
    {
        Add(_name);
        Options.Add(_confirm);
        Options.Add(Json);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = new ConsoleClient(DataOf(parsed));
        var report = new Report(parsed.GetValue(Json));
        string name = parsed.GetValue(_name)!;
        var vault = await client.VaultAsync(name, cancellationToken);
        report.Line($"This removes the vault {name} ({vault}), with its accounts, tokens and audit log.");
        Confirmation.Require(report, name, parsed.GetValue(_confirm));
        await client.SendAsync(
            HttpMethod.Delete, $"{ConsoleEndpoints.Root[1..]}/vaults/{vault}", null, cancellationToken);
        report.Line("Removed.");
        return report.Done();
    }
}
