using System.CommandLine;
using Coffer.Agent.Homes;
using Coffer.Agent.Policies;
using Coffer.Cli.Compose;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Retention;

namespace Coffer.Cli.Commands.Backups;

/// <summary><c>coffer backup</c>: back up now what the policy selects.</summary>
internal sealed class BackupCommand : CofferCommand
{
    private readonly Option<string[]> _sources = new("--source")
    {
        Description = "Only this data source: where its volume is mounted, its id, or a path of the policy on it;"
            + " may be given several times",
        HelpName = "SOURCE",
    };

    private readonly Option<string?> _retainUntil = new("--retain-until")
    {
        Description = "Keep the points until this day, and not as the policy has it: 2027-01-31",
        HelpName = "DATE",
    };

    public BackupCommand()
        : base("backup", "Back up now; Ctrl-C cancels and keeps what was transferred",
            "coffer backup",
            "coffer backup --source /home                  # only the volume that is mounted there",
            "coffer backup --source / --source /srv --retain-until 2027-01-31",
            "coffer backup --json | tail -n 1")
    {
        Add(_sources);
        Add(_retainUntil);
    }

    public override string InterruptNote => BackupProgressPrinter.CancelNote;

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        var machine = invocation.Home.ReadMachine() ?? throw OpenedVault.Unregistered();
        var sources = invocation.Value(_sources) ?? [];
        var choice = new BackupChoice(
            SourceChoice.Of(sources.Select(named => new SourceName(named, invocation.Raw.PlainPathOf(named)))),
            Until(invocation, machine));
        return BackupSummary.Outcome(await BackupStart.RunAsync(invocation, machine, choice));
    }

    /// <summary>
    /// A later day than the policy's longest tier reaches is refused before anything is read: the vault would cut it.
    /// </summary>
    private DateTimeOffset? Until(Invocation invocation, MachineRegistration machine)
    {
        if (invocation.Value(_retainUntil) is not { } text) return null;
        var until = ChosenPoints.TimeOf(text);
        var now = invocation.Time.GetUtcNow();
        if (until <= now) throw FaultException.Usage("time.past", "That day is over.", "Name a day to come.");
        if (invocation.Home.ReadPolicy() is not { } policy || Latest(policy, now) is not { } latest || until <= latest)
            return until;
        var longest = latest.ToLocalTime().Date.AddDays(-1); // whose end is within
        throw FaultException.Usage("retain.too-long",
            $"The longest tier of the policy keeps a point that is made now until {longest:yyyy-MM-dd}, and a backup"
            + " asks for no more.",
            $"Name a day up to then. To keep the point for longer afterwards: `{Extend(machine)} extend POINT`.");
    }

    private static DateTimeOffset? Latest(ProtectionPolicy policy, DateTimeOffset now) =>
        new RetentionPlan(policy.Retention, policy.Schedule).LatestEnd(now);

    private static string Extend(MachineRegistration machine) =>
        machine.Place.Service is null ? "coffer point" : "coffer-vault point";
}
