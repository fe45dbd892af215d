using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Server.Commands.Servers;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Policies;

/// <summary><c>coffer-vault backup SERVER</c>: asks a server for a backup now, by its own policy.</summary>
internal sealed class AskBackupCommand : ConsoleCommand
{
    private readonly Argument<string> _server = ServerCommands.Argument();

    private readonly Option<string[]> _items = new("--item")
    {
        Description = "Only this backup item, by id or label; may be given several times",
        HelpName = "ITEM",
    };

    private readonly Option<string?> _retainUntil = new("--retain-until")
    {
        Description = "Keep the points until this day, and not as the policy has it: 2027-01-31",
        HelpName = "DATE",
    };

    public AskBackupCommand()
        : base("backup", "Have a server back up now what its policy selects",
            "coffer-vault backup web1 --data /srv/vault",
            "coffer-vault backup web1 --item /home --retain-until 2027-01-31 --data /srv/vault")
    {
        Add(_server);
        Options.Add(_items);
        Options.Add(_retainUntil);
    }

    protected override async Task<int> RunAsync(VaultConsole vault, ParseResult parsed)
    {
        var server = await Named.ServerAsync(vault, parsed.GetValue(_server)!);
        var items = await vault.ListAsync($"/items?server={server.Id}", ManagementJson.Default.PageBackupItem);
        SourceId[] chosen = [.. (parsed.GetValue(_items) ?? []).Select(
            named => Named.One(items, named, "backup item", item => $"{item.Id}", item => item.Label).Id)];
        DateTimeOffset? until = parsed.GetValue(_retainUntil) is { } day ? DayOption.EndOf(day) : null;
        var asked = await vault.SendAsync(
            HttpMethod.Post, $"/servers/{server.Id}/backup", new BackupAsk(chosen, until),
            ManagementJson.Default.BackupAsk, ManagementJson.Default.BackupAskItem);
        if (asked.RetainUntil is { } kept && kept < until)
            vault.Report.Line($"Its points will be kept until {Words.Time(kept)}, as long as its policy's"
                + " longest tier keeps one that is made now; `coffer-vault point extend` can keep them longer then.");
        vault.Report.Line($"{server.Name} begins as soon as its agent comes for it, within a day and at most one such"
            + " run in ten minutes; its jobs tell how it goes.");
        return vault.Report.Done(asked, ManagementJson.Default.BackupAskItem);
    }
}
