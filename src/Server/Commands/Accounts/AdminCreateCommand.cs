using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Domain.Security.Roles;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Accounts;

/// <summary><c>coffer-vault admin create NAME</c>: makes an account and an invitation to it.</summary>
internal sealed class AdminCreateCommand : ConsoleCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "To sign in with" };
    private readonly Option<string?> _passwordFile = Invitations.PasswordFile();

    private readonly Option<string> _roles = new("--roles")
    {
        Description = "backup-reader, backup-operator, backup-contributor, security-administrator",
        HelpName = "ROLE,…",
        DefaultValueFactory = _ => "security-administrator",
    };

    public AdminCreateCommand()
        : base("create", "Make an account, and an invitation to choose its password and second factor",
            "coffer-vault admin create ann --data /srv/vault",
            "coffer-vault admin create ben --roles backup-operator --data /srv/vault",
            "coffer-vault admin create ann --password-file - --data /srv/vault      # takes it at once")
    {
        Add(_name);
        Options.Add(_roles);
        Options.Add(_passwordFile);
    }

    protected override async Task<int> RunAsync(VaultConsole vault, ParseResult parsed)
    {
        var made = await vault.SendAsync(
            HttpMethod.Post, "/accounts",
            new InvitationRequest(parsed.GetValue(_name)!, Words.ParseAll<Role>(parsed.GetValue(_roles)!)),
            ManagementJson.Default.InvitationRequest, ManagementJson.Default.InvitationAnswer);
        return await Invitations.TellOrTakeAsync(vault, made, parsed.GetValue(_passwordFile));
    }
}
