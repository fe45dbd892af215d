using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Servers;

/// <summary><c>coffer-vault server adopt SERVER</c>: lets a machine with a new key go on as a known server.</summary>
internal sealed class ServerAdoptCommand : ConsoleCommand
{
    private readonly Argument<string> _server = ServerCommands.Argument();

    private readonly Option<bool> _sure = new("--sure")
    {
        Description = "Though the server was heard from within the last 7 days",
    };

    public ServerAdoptCommand()
        : base("adopt", "Let a machine that asks go on as a server; the old key is refused from then on",
            "coffer-vault server adopt web1 --data /srv/vault",
            "coffer-vault server adopt web1 --sure --data /srv/vault      # it was there until yesterday")
    {
        Add(_server);
        Options.Add(_sure);
    }

    protected override async Task<int> RunAsync(VaultConsole vault, ParseResult parsed)
    {
        var server = await Named.ServerAsync(vault, parsed.GetValue(_server)!);
        var asked = (await vault.GetAsync("/adoptions", ManagementJson.Default.PageAdoptionItem)).Items
            .FirstOrDefault(adoption => adoption.Server == server.Id);
        await vault.SendAsync(
            $"/adoptions/{server.Id}/approve", new AdoptionDecision(parsed.GetValue(_sure)),
            ManagementJson.Default.AdoptionDecision);
        vault.Report.Line($"{asked?.Name} goes on as {server.Name}, with the key {asked?.Key}."
            + " Compare it with what that machine shows; if they differ: `coffer-vault server revoke`.");
        vault.Report.Line("On that machine the same `coffer register` once more comes to its end.");
        return vault.Report.Done(json =>
        {
            json.WriteString("server"u8, $"{server.Id}");
            json.WriteString("key"u8, asked?.Key);
        });
    }
}
