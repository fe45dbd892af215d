using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.FileSystem.Machines.Services;

namespace Coffer.Cli.Commands.Agents;

/// <summary><c>coffer agent uninstall</c>: the service ends; policy, points and home stay.</summary>
internal sealed class AgentUninstallCommand() : CofferCommand(
    "uninstall", "Stop the service and take it off this system; nothing of the backups changes",
    "coffer agent uninstall")
{
    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        if (!await AgentUnit.UninstallAsync(invocation.Time))
            throw FaultException.Usage("service.none", $"There is no {AgentUnit.Path}.", "Nothing was changed.");
        invocation.Printer.Line("The service is gone; backups are taken when you run `coffer backup`.");
        return new Outcome(ExitCode.Completed, static _ => { });
    }
}
