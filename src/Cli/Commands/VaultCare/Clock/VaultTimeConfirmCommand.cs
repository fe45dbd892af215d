using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;

namespace Coffer.Cli.Commands.VaultCare.Clock;

/// <summary><c>coffer vault time confirm</c>: somebody looked, and this machine's clock is right.</summary>
internal sealed class VaultTimeConfirmCommand() : KeylessCommand(
    "confirm", "Say that this machine's clock is right: expiry goes on, and points stamped wrong are set right",
    "coffer vault time confirm     # after looking at the date")
{
    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        await using var vault = await Vaults.OpenForWritingAsync(
            invocation, Vaults.FolderOf(invocation), "coffer vault time");
        int? restamped = vault.ConfirmTime();
        invocation.Printer.Line(restamped switch
        {
            null => "The vault believed this machine's clock already.",
            0 => "The vault believes this machine's clock again.",
            _ => "The vault believes this machine's clock again."
                + $" The times of {Words.Count(restamped.Value, "point")} were set right.",
        });
        return new Outcome(ExitCode.Completed, json =>
        {
            json.WriteBoolean("wasInDoubt"u8, restamped is not null);
            json.WriteNumber("restamped"u8, restamped ?? 0);
        });
    }
}
