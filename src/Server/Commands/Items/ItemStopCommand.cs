using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Protection;
using Coffer.Contracts.Wire;
using Coffer.Domain.Protection;
using Coffer.Domain.Security.Operations;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;
using Coffer.Vault.Security;

namespace Coffer.Server.Commands.Items;

/// <summary><c>coffer-vault item stop ITEM --way …</c>: stops protection in one of the three ways.</summary>
internal sealed class ItemStopCommand : ConsoleCommand
{
    private readonly Argument<string> _item = ItemCommands.Argument();
    private readonly Option<string?> _confirm = Confirmation.Option("the item's label");

    private readonly Option<string> _way = new("--way")
    {
        Description = "What becomes of the points: retain-data, retain-by-policy or delete-data",
        HelpName = "WAY",
        Required = true,
    };

    private readonly Option<string?> _reason = new("--reason")
    {
        Description = "For those who read of it later",
        HelpName = "TEXT",
    };

    public ItemStopCommand()
        : base("stop", "Take no more backups of an item; keep its points, let them expire, or delete them",
            "coffer-vault item stop 4f1c09ab --way retain-data --data /srv/vault",
            "coffer-vault item stop 4f1c09ab --way delete-data --confirm /home --data /srv/vault")
    {
        Add(_item);
        Options.Add(_way);
        Options.Add(_confirm);
        Options.Add(_reason);
    }

    protected override async Task<int> RunAsync(VaultConsole vault, ParseResult parsed)
    {
        var way = Words.Parse<StopWay>(parsed.GetValue(_way)!);
        var item = await Named.ItemAsync(vault, parsed.GetValue(_item)!);
        var settings = (await vault.GetAsync("/security", ManagementJson.Default.SecurityOverview)).Settings;
        vault.Report.Line($"This takes no more backups of {item.Label} of {item.ServerName}. " + (way switch
        {
            StopWay.RetainData => $"Its {Words.Count(item.Points, "point")} are kept, and nothing cleans them up.",
            StopWay.RetainByPolicy => $"Its {Words.Count(item.Points, "point")} expire by their policy, one after the"
                + " other and the last one too; no new ones take their place.",
            _ => $"Its {Words.Count(item.Points, "point")} are deleted: {DeletionWords.Before(settings)}.",
        }));
        string? pin = null;
        if (way != StopWay.RetainData)
        {
            Confirmation.Require(vault.Report, item.Label, parsed.GetValue(_confirm));
            var operation = way == StopWay.DeleteData ? CriticalOperation.DeleteData : CriticalOperation.RetainByPolicy;
            pin = await vault.PinAsync(operation, item.Server, Subjects.Of(item.Id));
        }
        var answer = await vault.SendAsync(
            HttpMethod.Post, $"/items/{item.Id}/stop", new StopRequest(way, parsed.GetValue(_reason)),
            ManagementJson.Default.StopRequest, ManagementJson.Default.StopAnswer, pin);
        vault.Report.Line(answer.RestorableUntil is { } until
            ? $"Stopped. Its {Words.Count(answer.Points, "point")} can be restored until {Words.Time(until)} and are"
                + $" destroyed then; `coffer-vault item undelete {item.Id}` before that date brings them back."
            : $"Stopped. `coffer-vault item resume {item.Id}` takes backups again.");
        return vault.Report.Done(answer, ManagementJson.Default.StopAnswer);
    }
}
