using System.CommandLine;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.Domain.Protection;

namespace Coffer.Cli.Commands.Protection.Stopping;

/// <summary><c>coffer protection undelete SOURCE</c>: brings deleted points back.</summary>
internal sealed class ProtectionUndeleteCommand : CofferCommand
{
    private readonly Argument<string> _source = ProtectionCommand.Source();

    public ProtectionUndeleteCommand()
        : base("undelete",
            "Bring the deleted points of a data source back; one that is stopped stays so until it is resumed",
            "coffer protection undelete /home") => Add(_source);

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        var machine = invocation.Home.ReadMachine() ?? throw OpenedVault.Unregistered();
        await using var vault = await Vaults.ForWritingAsync(invocation, machine, "coffer protection undelete");
        var item = ChosenSource.Of(
            await vault.ListBackupItemsAsync(machine.Id, invocation.Cancellation), invocation.Value(_source)!);
        int points = await vault.UndeleteAsync(item.Id, invocation.Cancellation);
        string stays = item.Protection == ProtectionState.Protected ? ""
            : $" Protection stays stopped: `coffer protection resume {PathText.AsWord(item.Label)}` backs it up again.";
        invocation.Printer.Line($"{Words.Count(points, "point")} of {item.Label} brought back.{stays}");
        return new Outcome(ExitCode.Completed, json =>
        {
            json.WriteString("source"u8, item.Id.ToString());
            json.WriteNumber("points"u8, points);
        });
    }
}
