using System.CommandLine;
using Coffer.Contracts.Wire;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Vaults;

/// <summary><c>coffer-vault vault list</c>.</summary>
internal sealed class VaultListCommand : ServiceCommand
{
    public VaultListCommand(string name, params Command[] verbs)
        : base(name, "List the vaults that the service keeps", "coffer-vault vault list --data /srv/vault")
    {
        Options.Add(Json);
        foreach (var verb in verbs) Add(verb);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = new ConsoleClient(DataOf(parsed));
        var report = new Report(parsed.GetValue(Json));
        var vaults = await client.AskAsync(
            HttpMethod.Get, ConsoleEndpoints.Root[1..] + "/vaults", null, WireJson.Default.VaultGreetingArray,
            cancellationToken);
        var table = new TextTable("NAME", "ID");
        foreach (var vault in vaults)
        {
            report.Event("vault", vault, WireJson.Default.VaultGreeting);
            table.Add(vault.Name, $"{vault.Id}");
        }
        table.Print(report, "There is none.");
        return report.Done(json => json.WriteNumber("vaults"u8, vaults.Length));
    }
}
