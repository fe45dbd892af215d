using System.CommandLine;
using Coffer.Agent.Homes;
using Coffer.Cli.Compose;
using Coffer.Cli.Compose.Inputs;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Contracts.Management;
using Coffer.Contracts.Points;
using Coffer.Contracts.Protection;
using Coffer.Domain.Protection;

namespace Coffer.Cli.Commands.Protection.Stopping;

/// <summary>
/// <c>coffer protection stop SOURCE --way …</c>. A served vault wants a PIN for two of the ways; an embedded one, which
/// whoever is root here can delete, has no PINs: there the data source is named instead.
/// </summary>
internal sealed class ProtectionStopCommand : CofferCommand
{
    private const string Purpose = "coffer protection stop";

    private readonly Argument<string> _source = ProtectionCommand.Source();

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

    public ProtectionStopCommand()
        : base("stop", "Back a data source up no more; keep its points, let them expire, or delete them",
            "coffer protection stop /home --way retain-data",
            "coffer protection stop /home --way delete-data --pin-file -      # a served vault",
            "coffer protection stop /home --way delete-data --confirm /home   # a vault in a folder")
    {
        Add(_source);
        Add(_way);
        Add(_reason);
        Add(SharedOptions.PinFile);
        Add(SharedOptions.Confirm);
    }

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        var machine = invocation.Home.ReadMachine() ?? throw OpenedVault.Unregistered();
        var way = ProtectionWords.WayOf(invocation.Value(_way)!);
        var item = await LookAsync(invocation, machine, way);
        bool isEmbedded = machine.Place.Service is null;
        string? confirmed = invocation.Value(SharedOptions.Confirm);
        if (way != StopWay.RetainData && (isEmbedded || confirmed is not null))
            LossConfirmation.Require(invocation, item.Label, confirmed);
        var request = new StopRequest(way, invocation.Value(_reason));
        // What is known of the source's last point changes too where it may go, and a running backup writes that.
        using var alone = way != StopWay.RetainData
            ? await invocation.Home.LockJobAsync(Purpose, invocation.Time, invocation.Cancellation)
            : null;
        var answer = await PinInput.AskedAsync(invocation, async pin =>
        {
            await using var vault = await Vaults.ForWritingAsync(invocation, machine, Purpose, pin);
            return await vault.StopProtectionAsync(item.Id, request, invocation.Cancellation);
        });
        if (way != StopWay.RetainData)
            invocation.Home.WriteLastPoints(LastPoints.LetGo(invocation.Home.ReadLastPoints(), item.Id));
        invocation.Printer.Line(ProtectionWords.After(item, way, answer, invocation.Time.GetUtcNow()));
        return new Outcome(ExitCode.Completed, json =>
        {
            json.WriteString("source"u8, item.Id.ToString());
            json.WriteNumber("points"u8, answer.Points);
            if (answer.RestorableUntil is { } until) json.WriteString("restorableUntil"u8, Words.Iso(until));
        });
    }

    /// <summary>Tells what is about to happen; the vault's lock is not held while somebody thinks about it.</summary>
    private async Task<BackupItem> LookAsync(Invocation invocation, MachineRegistration machine, StopWay way)
    {
        await using var vault = await Vaults.ForReadingAsync(invocation, machine, Purpose);
        var items = await vault.ListBackupItemsAsync(machine.Id, invocation.Cancellation);
        var item = ChosenSource.Of(items, invocation.Value(_source)!);
        var points = await vault.ListPointsAsync(new PointFilter(machine.Id, item.Id), invocation.Cancellation);
        var status = await vault.ReadStatusAsync(invocation.Cancellation);
        invocation.Printer.Line(ProtectionWords.Before(item, points, way, status.SoftDeleteDays));
        invocation.Printer.Flush();
        return item;
    }
}
