using System.CommandLine;
using System.Globalization;
using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Server.Commands.Servers;
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
        var asked = await vault.SendAsync(
            HttpMethod.Post, $"/servers/{server.Id}/backup", new BackupAsk(chosen, Until(parsed)),
            ManagementJson.Default.BackupAsk, ManagementJson.Default.BackupAskItem);
        vault.Report.Line($"{server.Name} begins as soon as its agent comes for it, within a day and at most one such"
            + " run in ten minutes; its jobs tell how it goes.");
        return vault.Report.Done(asked, ManagementJson.Default.BackupAskItem);
    }

    // To the end of the day, as on the machine.
    private DateTimeOffset? Until(ParseResult parsed)
    {
        if (parsed.GetValue(_retainUntil) is not { } text) return null;
        bool isDay = DateOnly.TryParseExact(
            text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day);
        return isDay && day.Year < 9999 // whose end has no day after it, in any time zone
            ? new DateTimeOffset(day.ToDateTime(TimeOnly.MaxValue, DateTimeKind.Local))
            : throw FaultException.Usage("time.unreadable", $"'{text}' is no day.", "Write 2027-01-31.");
    }
}
