using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Accounts;

/// <summary><c>coffer-vault token …</c>.</summary>
internal static class TokenCommands
{
    public static Command Noun() => ConsoleVerb.Noun(
        "token", "API tokens, for scripts", ListAsync,
        new TokenCreateCommand(),
        ConsoleVerb.Of("list", "List the API tokens and what they may", ListAsync,
            "coffer-vault token list --data /srv/vault"),
        ConsoleVerb.Of("revoke", "Take a token no more, at once",
            new Argument<string>("TOKEN") { Description = "Its name or id" }, RevokeAsync,
            "coffer-vault token revoke monitoring --data /srv/vault"));

    private static async Task<int> ListAsync(VaultConsole vault)
    {
        var tokens = (await vault.GetAsync("/tokens", ManagementJson.Default.PageTokenItem)).Items;
        var table = new TextTable("NAME", "ID", "ENDS", "MAY", "MAKES PINS FOR", ">SERVERS");
        foreach (var token in tokens)
        {
            vault.Report.Event("token", token, ManagementJson.Default.TokenItem);
            table.Add(
                token.Name, Words.Short($"{token.Id}"), Words.Time(token.Ends),
                string.Join(", ", token.Permissions.Select(one => Words.Of(one))),
                string.Join(", ", token.PinOperations.Select(one => Words.Of(one))),
                token.Machines is { } machines ? $"{machines.Count}" : "all");
        }
        table.Print(vault.Report, "There is no API token.");
        return vault.Report.Done(json => json.WriteNumber("tokens"u8, tokens.Count));
    }

    private static async Task<int> RevokeAsync(VaultConsole vault, string named)
    {
        var token = await Named.TokenAsync(vault, named);
        await vault.SendAsync(HttpMethod.Delete, $"/tokens/{token.Id}");
        vault.Report.Line($"The token {token.Name} is taken no more.");
        return vault.Report.Done();
    }
}
