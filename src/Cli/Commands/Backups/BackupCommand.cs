using Coffer.Cli.Compose;
using Coffer.Cli.Shell;

namespace Coffer.Cli.Commands.Backups;

/// <summary><c>coffer backup</c>: back up now what the policy selects.</summary>
internal sealed class BackupCommand() : CofferCommand(
    "backup", "Back up now; Ctrl-C cancels and keeps what was transferred",
    "coffer backup", "coffer backup --json | tail -n 1")
{
    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        var machine = invocation.Home.ReadMachine() ?? throw OpenedVault.Unregistered();
        return BackupSummary.Outcome(await BackupStart.RunAsync(invocation, machine));
    }
}
