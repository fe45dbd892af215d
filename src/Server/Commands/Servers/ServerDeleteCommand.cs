using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Domain.Security.Operations;
using Coffer.Server.Commands.Items;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;
using Coffer.Vault.Security;

namespace Coffer.Server.Commands.Servers;

/// <summary><c>coffer-vault server delete SERVER</c>: ends a registration and deletes the backups softly.</summary>
internal sealed class ServerDeleteCommand : ConsoleCommand
{
    private readonly Argument<string> _server = ServerCommands.Argument();
    private readonly Option<string?> _confirm = Confirmation.Option("the server's name");

    private readonly Option<string?> _reason = new("--reason")
    {
        Description = "For those who read of it later",
        HelpName = "TEXT",
    };

    public ServerDeleteCommand()
        : base("delete", "Unregister a server and delete its backups; restorable until the soft-delete period ends",
            "coffer-vault server delete web1 --data /srv/vault",
            "coffer-vault server delete web1 --confirm web1 --reason 'scrapped in May' --data /srv/vault")
    {
        Add(_server);
        Options.Add(_confirm);
        Options.Add(_reason);
    }

    protected override async Task<int> RunAsync(VaultConsole vault, ParseResult parsed)
    {
        var server = await Named.ServerAsync(vault, parsed.GetValue(_server)!);
        var security = await vault.GetAsync("/security", ManagementJson.Default.SecurityOverview);
        vault.Report.Line($"This unregisters {server.Name} ({server.Id}), takes its key no more, and deletes"
            + $" {Words.Count(server.BackupItems, "backup item")} with {Words.Count(server.Points, "point")}"
            + $" of it: {DeletionWords.Before(security.Settings)}.");
        Confirmation.Require(vault.Report, server.Name, parsed.GetValue(_confirm));
        string pin = await vault.PinAsync(CriticalOperation.Unregister, server.Id, Subjects.Of(server.Id));
        await vault.SendAsync(
            $"/servers/{server.Id}/unregister",
            new UnregisterRequest(server.Name, server.BackupItems, parsed.GetValue(_reason)),
            ManagementJson.Default.UnregisterRequest, pin);
        vault.Report.Line($"{server.Name} is unregistered; {DeletionWords.After(security.Settings)}.");
        return vault.Report.Done(json =>
        {
            json.WriteString("server"u8, $"{server.Id}");
            json.WriteNumber("backupItems"u8, server.BackupItems);
            json.WriteNumber("points"u8, server.Points);
        });
    }
}
