using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Accounts;

/// <summary><c>coffer-vault user …</c>.</summary>
internal static class UserCommands
{
    public static Command Noun() => ConsoleVerb.Noun(
        "user", "Accounts and their roles; `admin create` makes one", ListAsync,
        ConsoleVerb.Of("list", "List the accounts", ListAsync, "coffer-vault user list --data /srv/vault"),
        new UserRolesCommand(),
        ConsoleVerb.Of("remove", "Remove an account; it is signed out at once",
            new Argument<string>("NAME") { Description = "The account's name or id" }, RemoveAsync,
            "coffer-vault user remove ben --data /srv/vault"));

    private static async Task<int> ListAsync(VaultConsole vault)
    {
        var accounts = (await vault.GetAsync("/accounts", ManagementJson.Default.PageAccountItem)).Items;
        var table = new TextTable("NAME", "ID", "ROLES", "SIGNS IN", "INVITED UNTIL");
        foreach (var account in accounts)
        {
            vault.Report.Event("account", account, ManagementJson.Default.AccountItem);
            table.Add(
                account.Name, Words.Short($"{account.Id}"),
                string.Join(", ", account.Roles.Select(role => Words.Of(role))),
                account.HasSecondFactor ? "yes" : "not yet", Words.Time(account.InvitedUntil, ""));
        }
        table.Print(vault.Report, "There is no account yet. `coffer-vault admin create NAME` makes the first.");
        return vault.Report.Done(json => json.WriteNumber("accounts"u8, accounts.Count));
    }

    private static async Task<int> RemoveAsync(VaultConsole vault, string named)
    {
        var account = await Named.AccountAsync(vault, named);
        await vault.SendAsync(HttpMethod.Delete, $"/accounts/{account.Id}");
        vault.Report.Line($"{account.Name} can sign in no more.");
        return vault.Report.Done();
    }
}
