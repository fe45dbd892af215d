using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Items;

/// <summary><c>coffer-vault item …</c>: the noun, and those of its verbs that are one step.</summary>
internal static class ItemCommands
{
    public static Argument<string> Argument() =>
        new("ITEM") { Description = "Its id, the beginning of one, or its label where one item only has it" };

    public static Command Noun() => ConsoleVerb.Noun(
        "item", "Backup items: the data sources of all servers", ListAsync,
        ConsoleVerb.Of("list", "List the backup items, deleted ones too", ListAsync,
            "coffer-vault item list --data /srv/vault"),
        ConsoleVerb.Of("show", "Show a backup item", Argument(), ShowAsync,
            "coffer-vault item show 4f1c09ab --data /srv/vault"),
        new ItemStopCommand(),
        ConsoleVerb.Of("resume", "Take backups of a stopped item again", Argument(), ResumeAsync,
            "coffer-vault item resume 4f1c09ab --data /srv/vault"),
        ConsoleVerb.Of("undelete", "Bring the deleted points of an item back; it stays stopped until resumed",
            Argument(), UndeleteAsync, "coffer-vault item undelete 4f1c09ab --data /srv/vault"));

    private static async Task<int> ListAsync(VaultConsole vault)
    {
        var items = await vault.ListAsync("/items", ManagementJson.Default.PageBackupItem);
        var table = new TextTable(
            "SERVER", "LABEL", "ID", "PROTECTION", ">POINTS", ">DELETED", ">HELD", "LATEST", "RESTORABLE UNTIL");
        foreach (var item in items)
        {
            vault.Report.Event("item", item, ManagementJson.Default.BackupItem);
            table.Add(
                item.ServerName, item.Label, Words.Short($"{item.Id}"), Words.Of(item.Protection), $"{item.Points}",
                $"{item.DeletedPoints}", $"{item.HeldPoints}", Words.Time(item.LatestPoint, ""),
                Words.Time(item.RestorableUntil, ""));
        }
        table.Print(vault.Report, "Nothing is backed up here yet.");
        return vault.Report.Done(json => json.WriteNumber("items"u8, items.Count));
    }

    private static async Task<int> ShowAsync(VaultConsole vault, string named)
    {
        var item = await Named.ItemAsync(vault, named);
        var report = vault.Report;
        report.Line($"Item        {item.Label} of {item.ServerName} ({item.Id})");
        report.Line($"Protection  {Words.Of(item.Protection)}"
            + (item.Since is { } since ? $" since {Words.Time(since)}" : ""));
        report.Line($"Points      {item.Points}: {Words.Time(item.OldestPoint, "none")} to"
            + $" {Words.Time(item.LatestPoint, "none")}; {item.HeldPoints} held");
        if (item.DeletedPoints > 0)
            report.Line($"Deleted     {Words.Count(item.DeletedPoints, "point")}, restorable until"
                + $" {Words.Time(item.RestorableUntil, "now")}: `coffer-vault item undelete {item.Id}`");
        return report.Done(item, ManagementJson.Default.BackupItem);
    }

    private static async Task<int> ResumeAsync(VaultConsole vault, string named)
    {
        var item = await Named.ItemAsync(vault, named);
        await vault.SendAsync(HttpMethod.Post, $"/items/{item.Id}/resume");
        vault.Report.Line($"{item.Label} of {item.ServerName} is backed up again from its next run on."
            + (item.DeletedPoints > 0
                ? $" {Words.Count(item.DeletedPoints, "point")} of it stay deleted: `coffer-vault item undelete`"
                    + " brings them back."
                : ""));
        return vault.Report.Done();
    }

    private static async Task<int> UndeleteAsync(VaultConsole vault, string named)
    {
        var item = await Named.ItemAsync(vault, named);
        var answer = await vault.PostAsync($"/items/{item.Id}/undelete", ManagementJson.Default.UndeleteAnswer);
        vault.Report.Line($"{Words.Count(answer.Points, "point")} of {item.Label} of {item.ServerName} brought back."
            + " Protection stays stopped, with its data retained: `coffer-vault item resume` goes on with it.");
        return vault.Report.Done(answer, ManagementJson.Default.UndeleteAnswer);
    }
}
