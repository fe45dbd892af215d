using System.CommandLine;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;

namespace Coffer.Cli.Commands.Protection.Stopping;

/// <summary><c>coffer protection undelete SOURCE</c>: brings deleted points back.</summary>
internal sealed class ProtectionUndeleteCommand : CofferCommand
{
    private readonly Argument<string> _source = ProtectionCommand.Source();

    public ProtectionUndeleteCommand()
        : base("undelete", "Bring the deleted points of a data source back; it stays stopped until it is resumed",
            "coffer protection undelete /home") => Add(_source);

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        var machine = invocation.Home.ReadMachine() ?? throw OpenedVault.Unregistered();
        await using var vault = await Vaults.ForWritingAsync(invocation, machine, "coffer protection undelete");
        var item = ChosenSource.Of(
            await vault.ListBackupItemsAsync(machine.Id, invocation.Cancellation), invocation.Value(_source)!);
        int points = await vault.UndeleteAsync(item.Id, invocation.Cancellation);
        invocation.Printer.Line($"{Words.Count(points, "point")} of {item.Label} brought back. Protection stays"
            + $" stopped, with its data retained: `coffer protection resume {item.Label}` backs it up again.");
        return new Outcome(ExitCode.Completed, json =>
        {
            json.WriteString("source"u8, item.Id.ToString());
            json.WriteNumber("points"u8, points);
        });
    }
}
