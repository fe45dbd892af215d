using Coffer.Cli.Commands.VaultCare;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.Vault;
using Coffer.Vault.Upkeep;

namespace Coffer.Cli.Commands.Backups;

/// <summary>
/// What an embedded vault does for itself after a backup, in the time that it may take: nobody else would do it.
/// </summary>
internal static class BackupUpkeep
{
    /// <summary>Beside a tenth of the backup's time, so that a vault of short backups gets there too.</summary>
    private static readonly TimeSpan s_atLeast = TimeSpan.FromSeconds(30);

    /// <param name="begun">When the backup began, as a timestamp.</param>
    /// <returns>Null where it could not be done; that is told, and the backup stands all the same.</returns>
    public static UpkeepReport? Run(Invocation invocation, EmbeddedVault vault, long begun)
    {
        long now = invocation.Time.GetTimestamp();
        var budget = s_atLeast + invocation.Time.GetElapsedTime(begun, now) / 10;
        try
        {
            bool MayGoOn() =>
                !invocation.Cancellation.IsCancellationRequested && invocation.Time.GetElapsedTime(now) < budget;
            var report = vault.Upkeep(new UpkeepRules(), MayGoOn);
            Tell(invocation.Printer, report);
            return report;
        }
        catch (FaultException e)
        {
            invocation.Printer.Warning(e.Fault.Code, $"The vault could not be looked after: {e.Fault.Message}");
            return null;
        }
    }

    private static void Tell(Printer printer, UpkeepReport report)
    {
        foreach (var finding in report.Scrub.Findings) DamagedPack.Tell(printer, finding);
        foreach (var problem in report.Problems)
            printer.Warning(problem.Code, $"The vault could not be looked after: {problem.Message}");
        foreach (var collection in report.Collections)
            if (collection.Stopped is { } why)
                printer.Warning("collect.stopped", $"The vault deletes nothing: {why}.");
        if (report.Expired > 0)
            printer.Line($"Expired: {Words.Count(report.Expired, "point")}.");
        if (report.Purged > 0)
            printer.Line($"Gone for good: {Words.Count(report.Purged, "point")}, expired or deleted before.");
        if (report.RemovedPacks > 0)
            printer.Line($"Tidied the vault: {Words.Size(report.FreedBytes)} freed.");
    }
}
