using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Networks;

/// <summary><c>coffer-vault network</c>: the networks that the vault answers. Alone it lists them.</summary>
internal static class NetworkCommands
{
    public static Command Noun() => ConsoleVerb.Noun(
        "network", "The networks that the vault answers", ListAsync,
        ConsoleVerb.Of("list", "List the networks that the vault answers", ListAsync,
            "coffer-vault network list --data /srv/vault"),
        new NetworkSetCommand());

    public static int Print(Report report, NetworksView view)
    {
        report.Line(view.Networks.Count == 0
            ? "The vault answers everybody who can reach it."
            : "The vault answers this machine itself, and:");
        foreach (string network in view.Networks) report.Line($"  {network}");
        return report.Done(view, ManagementJson.Default.NetworksView);
    }

    private static async Task<int> ListAsync(VaultConsole vault) =>
        Print(vault.Report, await vault.GetAsync("/networks", ManagementJson.Default.NetworksView));
}
