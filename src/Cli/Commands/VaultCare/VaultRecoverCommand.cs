using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Vault.Checking;
using Coffer.Vault.Recovering;

namespace Coffer.Cli.Commands.VaultCare;

/// <summary><c>coffer vault recover</c>: makes catalog and indexes anew from the store, without a key.</summary>
internal sealed class VaultRecoverCommand() : KeylessCommand(
    "recover", "Make the vault's tables anew from its store, without a key, where they are lost or damaged",
    "coffer vault recover", "coffer vault recover --vault /mnt/disk/vault")
{
    private const string Purpose = "coffer vault recover";

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        string folder = Vaults.FolderOf(invocation);
        RecoverReport report;
        using (var progress = new VaultProgress(invocation.Printer, invocation.Time))
            report = await Vaults.RecoverAsync(invocation, folder, progress);
        Tell(invocation.Printer, report);
        await using var vault = await Vaults.OpenForReadingAsync(invocation, folder, Purpose);
        var check = VaultCheckCommand.Run(invocation, vault);
        if (check.Hurt.Count > 0) await HurtPoints.TellAsync(invocation, vault, check);
        invocation.Printer.Line($"The vault has {Words.Count(report.Points, "point")}"
            + $" in {Words.Count(report.Packs, "pack")}.");
        invocation.Printer.Line(VaultCheckCommand.Verdict(check));
        bool isWhole = report.IsWhole && check.Hurt.Count == 0;
        return new Outcome(
            isWhole ? ExitCode.Completed : ExitCode.CompletedWithWarnings, json => Write(json, report, check));
    }

    private static void Tell(Printer printer, RecoverReport report)
    {
        if (report.WasSound) printer.Line("Catalog and indexes were sound; nothing was changed.");
        if (report.IsFileNew) printer.Line("The vault's own file, vault.json, was made anew.");
        if (report.Catalog.Length > 0) printer.Line($"The catalog was made anew: {report.Catalog}.");
        foreach (var (_, why) in report.Indexes) printer.Line($"An index was made anew: {why}.");
        foreach (string kept in report.KeptAside) printer.Line($"Kept for inspection: {kept}");
        foreach (var point in report.WithoutFile)
            printer.Warning(
                "point.gone", $"Of point {Words.Short(point.ToString())} only the record is left, or it was never"
                    + " finished; its file is missing.", json => json.WriteString("point"u8, point.ToString()));
        foreach (string record in report.DamagedRecords)
            printer.Warning(
                "record.damaged", $"What the vault had noted in {record} cannot be read: see whether points, holds and"
                    + " deletions are as they should be.", json => json.WriteString("record"u8, record));
        foreach (var finding in report.Findings)
            printer.Warning("pack.damaged", $"Pack {Words.Short(finding.Pack.ToString())}: {finding.Reason};"
                + $" {Words.Count(finding.LostTotal)} of {Words.Count(finding.Frames, "piece")} are lost or in doubt.");
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, RecoverReport report, CheckReport check)
    {
        json.WriteString("catalog"u8, report.Catalog);
        json.WriteNumber("indexes"u8, report.Indexes.Count);
        json.WriteStartArray("keptAside"u8);
        foreach (string kept in report.KeptAside) json.WriteStringValue(kept);
        json.WriteEndArray();
        json.WriteNumber("points"u8, report.Points);
        json.WriteNumber("packs"u8, report.Packs);
        json.WriteNumber("damagedRecords"u8, report.DamagedRecords.Count);
        json.WriteNumber("hurtPoints"u8, check.Hurt.Count);
        json.WriteNumber("absent"u8, check.AbsentIds);
    }
}
