using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Seeds;

/// <summary><c>coffer-vault seed</c>: first backups that come on a disk.</summary>
internal static class SeedCommands
{
    public static Command Noun() => ConsoleVerb.Noun(
        "seed", "First backups that machines wrote to a disk, and how their import goes", ShowAsync,
        new SeedImportCommand(),
        ConsoleVerb.Of("status", "How the import goes, or how the last one ended", ShowAsync,
            "coffer-vault seed status --data /srv/vault"));

    public static async Task<SeedStatus?> ReadAsync(VaultConsole vault) =>
        (await vault.GetAsync("/seeds", ManagementJson.Default.SeedOverview)).Newest;

    public static string Progress(SeedStatus status) =>
        $"{status.PacksDone} of {Words.Count(status.Packs, "pack")}, {Words.Size(status.BytesDone)}"
        + $" of {Words.Size(status.Bytes)}; {status.PointsDone} of {Words.Count(status.Points, "data source")}";

    public static void Print(Report report, SeedStatus status)
    {
        report.Line($"Import of {status.Folder}: {Words.Of(status.State)}.");
        report.Line($"  {Progress(status)}");
        if (status.PacksThere > 0)
            report.Line($"  {Words.Count(status.PacksThere, "pack")} of it were there before");
        foreach (var finding in status.Findings)
        {
            report.Line($"! {finding.Message} [{finding.Code}]");
            if (finding.Guidance.Length > 0) report.Line($"    {finding.Guidance}");
        }
        long more = status.FindingsTotal - status.Findings.Count;
        if (more > 0) report.Line($"! and {more} more");
    }

    private static async Task<int> ShowAsync(VaultConsole vault)
    {
        if (await ReadAsync(vault) is not { } status)
        {
            vault.Report.Line("No seed was imported since the service was started.");
            return vault.Report.Done();
        }
        Print(vault.Report, status);
        return vault.Report.Done(status, ManagementJson.Default.SeedStatus);
    }
}
