using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;

namespace Coffer.Cli.Commands.VaultCare.Clock;

/// <summary><c>coffer vault time</c>: whether the vault believes this machine's clock.</summary>
internal sealed class VaultTimeCommand : KeylessCommand
{
    public VaultTimeCommand()
        : base("time", "Show whether the vault believes this machine's clock; confirm it",
            "coffer vault time", "coffer vault time confirm") => Add(new VaultTimeConfirmCommand());

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        await using var vault = await Vaults.OpenForReadingAsync(
            invocation, Vaults.FolderOf(invocation), "coffer vault time");
        var status = await vault.ReadStatusAsync(invocation.Cancellation);
        var now = invocation.Time.GetUtcNow();
        invocation.Printer.Line($"This machine's clock shows {Words.Time(now)}.");
        invocation.Printer.Line(status.IsTimeInDoubt
            ? "The vault does not believe it, so nothing expires and nothing is deleted; backups go on. It believes it"
                + " again at the first backup a day after it last jumped, or once `coffer vault time confirm` says so."
            : "The vault believes it.");
        return new Outcome(ExitCode.Completed, json =>
        {
            json.WriteString("time"u8, Words.Iso(now));
            json.WriteBoolean("isInDoubt"u8, status.IsTimeInDoubt);
        });
    }
}
