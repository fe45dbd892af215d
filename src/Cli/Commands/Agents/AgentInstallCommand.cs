using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.FileSystem.Machines;
using Coffer.FileSystem.Machines.Services;

namespace Coffer.Cli.Commands.Agents;

/// <summary><c>coffer agent install</c>: writes the unit, and starts it where systemd runs this machine.</summary>
internal sealed class AgentInstallCommand() : CofferCommand(
    "install", "Make the agent a service that starts with the machine; as root", "coffer agent install")
{
    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        await InstallAsync(invocation);
        return new Outcome(ExitCode.Completed, json =>
        {
            json.WriteString("unit"u8, AgentUnit.Path);
            json.WriteBoolean("isStarted"u8, AgentUnit.HasSystemd);
        });
    }

    /// <summary>Makes the service and tells so.</summary>
    /// <exception cref="FaultException"><c>service.root</c>, <c>service.program</c>, and those of the unit.</exception>
    public static async Task InstallAsync(Invocation invocation)
    {
        if (!MachineFacts.IsRoot)
            throw FaultException.Refused("service.root", "Only root makes services of this system.",
                "Run it with sudo; or have `coffer agent run` started by what starts your programs.");
        // In a checkout the program changes its place with each build; what starts it does not.
        string program = Environment.GetEnvironmentVariable("COFFER_LAUNCHER") ?? Environment.ProcessPath
            ?? throw FaultException.Failed("service.program", "There is no telling which program this is.", "");
        await AgentUnit.InstallAsync(program, invocation.Home.Folder, invocation.Time);
        if (AgentUnit.HasSystemd)
            invocation.Printer.Line($"The agent runs as {AgentUnit.Name}; `coffer agent` tells when it backs up.");
        else
            invocation.Printer.Remark("service.idle",
                $"{AgentUnit.Path} is written. This system does not run systemd, so nothing starts it.");
    }
}
