using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Coffer.Server.Commands.Accounts;
using Coffer.Server.Commands.Audits;
using Coffer.Server.Commands.Care;
using Coffer.Server.Commands.Certificates;
using Coffer.Server.Commands.Items;
using Coffer.Server.Commands.Networks;
using Coffer.Server.Commands.Policies;
using Coffer.Server.Commands.Security;
using Coffer.Server.Commands.Seeds;
using Coffer.Server.Commands.Servers;
using Coffer.Server.Commands.Vaults;

namespace Coffer.Server.Commands.Shell;

/// <summary>The tree of commands.</summary>
internal sealed class ServiceRoot : RootCommand
{
    /// <summary>After a signal: what is at work ends, which the service itself limits to 20 s.</summary>
    private static readonly TimeSpan s_ending = TimeSpan.FromSeconds(30);

    public ServiceRoot(TimeProvider time)
        : base("Serves a Coffer vault to many machines, and looks after it.")
    {
        Time = time;
        Add(new ServeCommand());
        Add(new StatusCommand());
        Add(CareCommand.Check());
        Add(CareCommand.Scrub());
        Add(CareCommand.Collect());
        Add(new RecoverCommand());
        Add(VaultCommands.Noun());
        Add(new Command("credentials", "What machines register with") { new CredentialsCreateCommand() });
        Add(CertificateCommand.Noun());
        Add(ServerCommands.Noun());
        Add(ItemCommands.Noun());
        Add(PointCommands.Noun());
        Add(PolicyCommands.Noun());
        Add(new AskBackupCommand());
        Add(new Command("pin", "Security PINs, for what weakens or deletes backups") { new PinCreateCommand() });
        Add(new Command("admin", "The people who administer the vault")
        {
            new AdminCreateCommand(), new AdminResetCommand(),
        });
        Add(UserCommands.Noun());
        Add(TokenCommands.Noun());
        Add(SecurityCommands.Noun());
        Add(NetworkCommands.Noun());
        Add(ApprovalCommands.Noun());
        Add(AuditCommands.Noun());
        Add(SeedCommands.Noun());
        Add(new Command("time", "The vault's clock") { TimeCommands.Confirm() });
        foreach (var option in Options)
            if (option is HelpOption { Action: HelpAction usual }) option.Action = new HelpWithExamples(usual);
    }

    /// <summary>The clock of all commands.</summary>
    public TimeProvider Time { get; }

    /// <summary>Wrong usage ends with 2, as everywhere in Coffer; the framework's own way is 1.</summary>
    public async Task<int> RunAsync(string[] args)
    {
        // A name that begins with an @ is a name, and what a file holds is no option.
        var parsed = Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count == 0 || parsed.Action is HelpWithExamples)
            return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = s_ending });
        return new Report(args.Contains("--json")).Failed(WrongUsage.Of(parsed));
    }

    /// <summary>The usual help, and below it examples of the command.</summary>
    private sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int code = usual.Invoke(parseResult);
            if (parseResult.CommandResult.Command is not ServiceCommand { Examples.Count: > 0 } command) return code;
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (string example in command.Examples) output.WriteLine("  " + example);
            output.WriteLine();
            return code;
        }
    }
}
