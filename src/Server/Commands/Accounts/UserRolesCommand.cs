using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Domain.Security.Roles;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Accounts;

/// <summary><c>coffer-vault user roles NAME ROLE,…</c>.</summary>
internal sealed class UserRolesCommand : ConsoleCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "The account's name or id" };

    private readonly Argument<string> _roles = new("ROLES")
    {
        Description = "backup-reader, backup-operator, backup-contributor, security-administrator; commas between",
    };

    public UserRolesCommand()
        : base("roles", "Give an account other roles, in place of those that it has",
            "coffer-vault user roles ben backup-contributor --data /srv/vault")
    {
        Add(_name);
        Add(_roles);
    }

    protected override async Task<int> RunAsync(VaultConsole vault, ParseResult parsed)
    {
        var account = await Named.AccountAsync(vault, parsed.GetValue(_name)!);
        var changed = await vault.SendAsync(
            HttpMethod.Put, $"/accounts/{account.Id}/roles",
            new RolesRequest(Words.ParseAll<Role>(parsed.GetValue(_roles)!)),
            ManagementJson.Default.RolesRequest, ManagementJson.Default.AccountItem);
        vault.Report.Line($"{changed.Name}: {string.Join(", ", changed.Roles.Select(role => Words.Of(role)))}.");
        return vault.Report.Done(changed, ManagementJson.Default.AccountItem);
    }
}
