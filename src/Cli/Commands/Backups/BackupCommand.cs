using System.CommandLine;
using Coffer.Cli.Compose;
using Coffer.Cli.Shell;
using Coffer.Domain;

namespace Coffer.Cli.Commands.Backups;

/// <summary><c>coffer backup</c>: back up now what the policy selects.</summary>
internal sealed class BackupCommand : CofferCommand
{
    private readonly Option<string?> _retainUntil = new("--retain-until")
    {
        Description = "Keep the points until this day, and not as the policy has it: 2027-01-31",
        HelpName = "DATE",
    };

    public BackupCommand()
        : base("backup", "Back up now; Ctrl-C cancels and keeps what was transferred",
            "coffer backup", "coffer backup --retain-until 2027-01-31", "coffer backup --json | tail -n 1") =>
        Add(_retainUntil);

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        var machine = invocation.Home.ReadMachine() ?? throw OpenedVault.Unregistered();
        DateTimeOffset? until = invocation.Value(_retainUntil) is { } text ? ChosenPoints.TimeOf(text) : null;
        if (until <= invocation.Time.GetUtcNow())
            throw FaultException.Usage("time.past", "That day is over.", "Name a day to come.");
        return BackupSummary.Outcome(await BackupStart.RunAsync(invocation, machine, until));
    }
}
