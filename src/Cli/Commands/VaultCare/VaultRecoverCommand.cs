using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Vault.Care;
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
        foreach (string line in CareWords.Done(report)) printer.Line(line);
        foreach (var (code, text, member, value) in CareWords.Amiss(report))
            printer.Warning(code, text, json => json.WriteString(member, value));
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
