using System.CommandLine;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Contracts.Management;
using Coffer.Domain.Policies.Wording;
using Coffer.Domain.Protection;

namespace Coffer.Cli.Commands.Protection.Stopping;

/// <summary><c>coffer protection resume SOURCE</c>: backs it up again.</summary>
internal sealed class ProtectionResumeCommand : CofferCommand
{
    private readonly Argument<string> _source = ProtectionCommand.Source();

    public ProtectionResumeCommand()
        : base("resume", "Back up a data source again whose protection was stopped",
            "coffer protection resume /home") => Add(_source);

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        var machine = invocation.Home.ReadMachine() ?? throw OpenedVault.Unregistered();
        await using var vault = await Vaults.ForWritingAsync(invocation, machine, "coffer protection resume");
        var item = ChosenSource.Of(
            await vault.ListBackupItemsAsync(machine.Id, invocation.Cancellation), invocation.Value(_source)!);
        // Also of one that is not stopped: somebody may stop it at the vault just now.
        await vault.ResumeProtectionAsync(item.Id, invocation.Cancellation);
        bool wasStopped = item.Protection != ProtectionState.Protected;
        if (wasStopped) Tell(invocation, item);
        else invocation.Printer.Line($"Protection of {item.Label} is not stopped: nothing was changed.");
        return new Outcome(ExitCode.Completed, json =>
        {
            json.WriteString("source"u8, item.Id.ToString());
            json.WriteBoolean("wasStopped"u8, wasStopped);
        });
    }

    private static void Tell(Invocation invocation, BackupItem item)
    {
        invocation.Printer.Line($"{item.Label} is protected again: the next `coffer backup` takes a point of it.");
        if (invocation.Home.ReadPolicy() is { } policy)
        {
            invocation.Printer.Line($"  Schedule   {PolicyWords.Of(policy.Schedule)}");
            invocation.Printer.Line($"  Retention  {PolicyWords.Of(policy.Retention)}; also of the points that it has");
            invocation.Printer.Line("  `coffer policy set` changes both.");
        }

        if (item.DeletedPoints > 0)
            invocation.Printer.Remark("protection.still-deleted",
                $"{Words.Count(item.DeletedPoints, "point")} of {item.Label} stay deleted;"
                + $" `coffer protection undelete {item.Label}` brings them back.");
    }
}
