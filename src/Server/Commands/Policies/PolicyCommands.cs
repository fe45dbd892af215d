using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Server.Commands.Servers;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Policies;

/// <summary><c>coffer-vault policy</c>: policies edited here. Alone it lists the edits.</summary>
internal static class PolicyCommands
{
    private const string ListText = "List the newest edit of each server, and what came of it";

    public static Command Noun() => ConsoleVerb.Noun(
        "policy", "Policies edited here, for one server or many", ListAsync,
        ConsoleVerb.Of("edits", ListText, ListAsync, "coffer-vault policy edits --data /srv/vault"),
        new PolicyEditCommand(),
        ConsoleVerb.Of("cancel", "Take back an edit that its server has not fetched yet", ServerCommands.Argument(),
            CancelAsync, "coffer-vault policy cancel web1 --data /srv/vault"),
        TemplateCommands.Noun());

    private static async Task<int> ListAsync(VaultConsole vault)
    {
        var edits = await vault.ListAsync("/policies/edits", ManagementJson.Default.PagePolicyEditItem);
        var table = new TextTable("SERVER", "EDIT", "MADE", "BY", "CHANGES", "STATE", "WHY NOT");
        foreach (var edit in edits)
        {
            vault.Report.Event("edit", edit, ManagementJson.Default.PolicyEditItem);
            table.Add(
                edit.ServerName, Words.Short($"{edit.Id}"), Words.Time(edit.MadeAt), edit.By,
                string.Join(", ", edit.Parts.Select(part => Words.Of(part))), Words.Of(edit.State),
                edit.Code is null ? "" : $"{edit.Message} [{edit.Code}]");
        }
        table.Print(vault.Report, "No policy was edited here. `coffer-vault policy edit SERVER` does.");
        return vault.Report.Done(json => json.WriteNumber("edits"u8, edits.Count));
    }

    private static async Task<int> CancelAsync(VaultConsole vault, string named)
    {
        var server = await Named.ServerAsync(vault, named);
        await vault.SendAsync(HttpMethod.Delete, $"/servers/{server.Id}/policy/edit");
        vault.Report.Line($"The edit is taken back; {server.Name} keeps its policy.");
        return vault.Report.Done();
    }
}
