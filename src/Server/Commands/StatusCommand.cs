using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Domain.Security.Approvals;
using Coffer.Domain.Security.Settings;
using Coffer.Server.Commands.Care;
using Coffer.Server.Commands.Security;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands;

/// <summary><c>coffer-vault status</c>: what waits for somebody first, then how the vault stands.</summary>
internal sealed class StatusCommand() : ConsoleCommand(
    "status", "Show the vault: security level, servers, and what waits for somebody",
    "coffer-vault status --data /srv/vault", "coffer-vault status --data /srv/vault --json")
{
    protected override async Task<int> RunAsync(VaultConsole vault, ParseResult parsed)
    {
        var overview = await vault.GetAsync("", ManagementJson.Default.VaultOverview);
        var adoptions = await vault.GetAsync("/adoptions", ManagementJson.Default.PageAdoptionItem);
        var approvals = await vault.GetAsync("/approvals", ManagementJson.Default.PageApprovalItem);
        var runs = await vault.GetAsync("/care", ManagementJson.Default.CareOverview);
        var pending = approvals.Items.Where(request => request.State == ApprovalState.Pending).ToList();
        var report = vault.Report;
        foreach (var asked in adoptions.Items)
        {
            report.Event("adoption", asked, ManagementJson.Default.AdoptionItem);
            report.Line($"! {asked.Name} asks to go on as {asked.ServerName}, with the key {asked.Key}:"
                + $" `coffer-vault server adopt {asked.Server}`, or `server deny`");
        }
        foreach (var request in pending)
        {
            report.Event("approval", request, ManagementJson.Default.ApprovalItem);
            report.Line($"! {request.Requester} waits for a second person, to {ApprovalCommands.Words(request)}:"
                + $" `coffer-vault approval list`");
        }
        if (overview.IsTimeInDoubt)
            report.Line("! The clock jumped: nothing expires and nothing is purged until `coffer-vault time confirm`");
        if (overview.Status.DamagedKeyspaces is > 0 and var damaged)
            report.Line($"! The index of {Words.Count(damaged, "server")} is damaged: `coffer-vault server list` tells"
                + " which; stop the service and run `coffer vault recover`");
        foreach (var run in runs.Runs.Where(run => run.State == CareState.Running))
        {
            report.Event("care", run, ManagementJson.Default.CareStatus);
            report.Line($"A {Words.Of(run.Kind)} runs since {Words.Time(run.StartedAt)}:"
                + $" {CarePrinter.Of(run.Progress)}");
        }
        Print(report, overview);
        return report.Done(overview, ManagementJson.Default.VaultOverview);
    }

    private static void Print(Report report, VaultOverview vault)
    {
        report.Line($"Vault     {vault.Name} ({vault.Id})");
        report.Line($"Security  {vault.Security.Level.Level}{SecurityCommands.WayUp(vault.Security.Level)}");
        report.Line($"Servers   {vault.Servers}, with {Words.Count(vault.BackupItems, "backup item")}"
            + $" and {Words.Count(vault.Status.Points, "point")}");
        report.Line($"Stored    {Words.Size(vault.Status.StoredBytes)};"
            + $" {Words.Size(vault.Status.FreeBytes)} of {Words.Size(vault.Status.TotalBytes)} free");
    }
}
