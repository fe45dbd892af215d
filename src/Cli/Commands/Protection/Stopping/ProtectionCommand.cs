using System.CommandLine;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Contracts.Management;

namespace Coffer.Cli.Commands.Protection.Stopping;

/// <summary><c>coffer protection</c>: the same as <c>protection show</c>.</summary>
internal sealed class ProtectionCommand : CofferCommand
{
    private const string Show = "Show this machine's data sources, and whether each is protected, stopped or deleted";

    public ProtectionCommand()
        : base("protection", Show, "coffer protection", "coffer protection stop /home --way retain-data")
    {
        Add(new VerbCommand("show", Show, ShowAsync, "coffer protection show --json"));
        Add(new ProtectionStopCommand());
        Add(new ProtectionResumeCommand());
        Add(new ProtectionUndeleteCommand());
    }

    public static Argument<string> Source() =>
        new("SOURCE") { Description = "A data source, as `coffer protection` shows it: its label or its id" };

    public override Task<Outcome> RunAsync(Invocation invocation) => ShowAsync(invocation);

    private static async Task<Outcome> ShowAsync(Invocation invocation)
    {
        var machine = invocation.Home.ReadMachine() ?? throw OpenedVault.Unregistered();
        await using var vault = await Vaults.ForReadingAsync(invocation, machine, "coffer protection");
        var items = await vault.ListBackupItemsAsync(machine.Id, invocation.Cancellation);
        var table = new TextTable("SOURCE", "ID", "PROTECTION", ">POINTS", ">DELETED", ">HELD", "RESTORABLE UNTIL");
        foreach (var item in items)
        {
            invocation.Printer.Event("source", json => ProtectionWords.Write(json, item));
            table.Add(
                item.Label, Words.Short(item.Id.ToString()), ProtectionWords.Of(item.Protection),
                Words.Count(item.Points - item.DeletedPoints), Words.Count(item.DeletedPoints),
                Words.Count(item.HeldPoints),
                item.RestorableUntil is { } until ? Words.Time(until) : "");
        }

        if (items.Count == 0) invocation.Printer.Line("The vault has nothing of this machine yet.");
        else table.Print(invocation.Printer);
        return new Outcome(ExitCode.Completed, json => json.WriteNumber("sources"u8, items.Count));
    }
}
