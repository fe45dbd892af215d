using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Accounts;

/// <summary><c>coffer-vault admin reset NAME</c>: for a lost password or second factor.</summary>
internal sealed class AdminResetCommand : ConsoleCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "The account's name or id" };
    private readonly Option<string?> _passwordFile = Invitations.PasswordFile();

    public AdminResetCommand()
        : base("reset", "Take password and second factor away, and invite to choose new ones",
            "coffer-vault admin reset ann --data /srv/vault",
            "coffer-vault admin reset ann --password-file pass.txt --data /srv/vault")
    {
        Add(_name);
        Options.Add(_passwordFile);
    }

    protected override async Task<int> RunAsync(VaultConsole vault, ParseResult parsed)
    {
        var account = await Named.AccountAsync(vault, parsed.GetValue(_name)!);
        var made = await vault.PostAsync(
            $"/accounts/{account.Id}/reset", ManagementJson.Default.InvitationAnswer);
        return await Invitations.TellOrTakeAsync(vault, made, parsed.GetValue(_passwordFile));
    }
}
