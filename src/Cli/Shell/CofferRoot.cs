using System.CommandLine;
using System.CommandLine.Help;
using Coffer.Cli.Commands.Agents;
using Coffer.Cli.Commands.Antivirus;
using Coffer.Cli.Commands.Backups;
using Coffer.Cli.Commands.Doctor;
using Coffer.Cli.Commands.Doctor.Diagnostics;
using Coffer.Cli.Commands.Jobs;
using Coffer.Cli.Commands.Passphrases;
using Coffer.Cli.Commands.Points;
using Coffer.Cli.Commands.Policies;
using Coffer.Cli.Commands.Protection;
using Coffer.Cli.Commands.Protection.Stopping;
using Coffer.Cli.Commands.Registration;
using Coffer.Cli.Commands.Restores;
using Coffer.Cli.Commands.Seeding;
using Coffer.Cli.Commands.Settings;
using Coffer.Cli.Commands.Setup;
using Coffer.Cli.Commands.VaultCare;
using Coffer.Cli.Shell.Parsing;

namespace Coffer.Cli.Shell;

/// <summary>The tree of commands. On its own it shows the status.</summary>
internal sealed class CofferRoot : RootCommand
{
    public CofferRoot()
        : base("Coffer backs up files, encrypted, into a vault that you own.")
    {
        Options.Add(SharedOptions.Home);
        Options.Add(SharedOptions.Json);
        Add(new SetupCommand());
        Add(new ProtectCommand());
        Add(new BackupCommand());
        Add(new StatusCommand());
        Add(new DoctorCommand());
        Add(new DiagnosticsCommand());
        Add(new PolicyCommand());
        Add(new JobCommand());
        Add(new PassphraseCommand());
        Add(new PointCommand());
        Add(new LsCommand());
        Add(new FindCommand());
        Add(new VersionsCommand());
        Add(new DiffCommand());
        Add(new RestoreCommand());
        Add(new VerifyCommand());
        Add(new VaultCommand());
        Add(new RegisterCommand());
        Add(new UnregisterCommand());
        Add(new ProtectionCommand());
        Add(new SeedCommand());
        Add(new SettingsCommand());
        Add(new AgentCommand());
        Add(new AntivirusCommand());
        SetAction(static _ => 0);
        foreach (var option in Options)
            if (option is HelpOption { Action: HelpAction usual }) option.Action = new HelpWithExamples(usual);
    }

    public IReadOnlyList<string> Examples { get; } =
    [
        "coffer setup                             # asks what to back up, where to and when",
        "coffer protect /home/ann                 # first use: makes a vault and a passphrase, backs up",
        "coffer backup                            # back up now",
        "coffer restore /home/ann/report.odt      # bring one file back",
    ];

    /// <summary>The command that a parsed line names.</summary>
    public static CofferCommand CommandOf(ParseResult parsed) =>
        parsed.CommandResult.Command as CofferCommand ?? new StatusCommand();
}
