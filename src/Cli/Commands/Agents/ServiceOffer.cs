using Coffer.Cli.Compose.Inputs;
using Coffer.Cli.Shell;
using Coffer.FileSystem.Machines;
using Coffer.FileSystem.Machines.Services;

namespace Coffer.Cli.Commands.Agents;

/// <summary>Offers to have the agent run as a service, to root at a terminal, where there is none yet.</summary>
internal static class ServiceOffer
{
    /// <summary>The service can be made here, and is not there.</summary>
    public static bool IsDue(Invocation invocation) =>
        MachineFacts.IsRoot && !AgentUnit.IsInstalled && invocation.Home.RunningAgent() is null;

    public static async Task MakeAsync(Invocation invocation)
    {
        if (!invocation.Printer.CanAsk || !IsDue(invocation)) return;
        bool isWanted = await Question.AgreesAsync(
            invocation, "Have it backed up by itself, by a service that starts with this machine?", isUsual: true);
        if (isWanted) await AgentInstallCommand.InstallAsync(invocation);
        else invocation.Printer.Line("Nothing is backed up by itself then: `coffer agent install` does it later.");
    }
}
