using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;
using Coffer.Server.Hosting;
using Coffer.Vault;
using Coffer.Vault.Care;
using Coffer.Vault.Recovering;

namespace Coffer.Server.Commands.Care;

/// <summary>
/// <c>coffer-vault recover</c>: makes catalogs and indexes anew from the store where they are lost or damaged; of all
/// vaults of the folder, or of one. The service, which has them open, must be stopped for it.
/// </summary>
internal sealed class RecoverCommand : ServiceCommand
{
    private const string Purpose = "coffer-vault recover";

    public RecoverCommand()
        : base("recover", "Make the tables of the vaults anew from their store, where they are lost or damaged",
            "coffer-vault recover --data /srv/vault      # while the service is stopped",
            "coffer-vault recover --vault office --data /srv/vault")
    {
        Options.Add(ConsoleCommand.Vault);
        Options.Add(Json);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string data = DataOf(parsed);
        await RequireStoppedAsync(data, cancellationToken);
        var report = new Report(parsed.GetValue(Json));
        var folders = VaultsInFolder.Of(data, parsed.GetValue(ConsoleCommand.Vault));
        bool isWhole = true;
        foreach (string folder in folders)
        {
            if (folders.Count > 1) report.Line($"{VaultsInFolder.NameOf(folder)}:");
            var check = await RecoverAsync(report, folder, TimeOf(parsed), cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            isWhole &= check.State == CareState.Completed;
        }
        return report.Done(json => json.WriteNumber("vaults"u8, folders.Count), isWhole);
    }

    private static async Task RequireStoppedAsync(string data, CancellationToken cancellationToken)
    {
        using var client = new ConsoleClient(data);
        if (await client.AnswersAsync(cancellationToken))
            throw FaultException.Refused("service.running", "The service has the vaults of this folder open.",
                "Stop it, recover, and start it again: `coffer-vault serve` opens what was recovered.");
    }

    // With the check that ends it.
    private static async Task<CareStatus> RecoverAsync(
        Report report, string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        var options = ServiceHost.OpenOptions(time, Purpose);
        var recovered = await TryRecoverAsync(report, folder, options, cancellationToken);
        await using var vault = await EmbeddedVault.OpenAsync(folder, options, cancellationToken);
        var printer = new CarePrinter(report, time);
        var check = vault.LookAfter(
            CareKind.Check, printer.Progress, () => !cancellationToken.IsCancellationRequested);
        report.Event("recovered", json =>
        {
            json.WriteString("vault"u8, vault.Description.Name);
            json.WriteString("catalog"u8, recovered?.Catalog ?? "");
            json.WriteNumber("indexes"u8, recovered?.Indexes.Count ?? 0);
            json.WriteNumber("points"u8, recovered?.Points ?? 0);
            json.WriteNumber("packs"u8, recovered?.Packs ?? 0);
            json.WriteNumber("damagedRecords"u8, recovered?.DamagedRecords.Count ?? 0);
            json.WriteNumber("hurtPoints"u8, check.Figures.HurtPoints ?? 0);
        });
        printer.Print(check);
        bool isAmiss = recovered is { IsWhole: false } && check.State == CareState.Completed;
        return isAmiss ? check with { State = CareState.CompletedWithWarnings } : check;
    }

    // Null: nothing was ever backed up into it. Whether it is whole, its opening tells.
    private static async Task<RecoverReport?> TryRecoverAsync(
        Report report, string folder, VaultOpenOptions options, CancellationToken cancellationToken)
    {
        RecoverReport recovered;
        try
        {
            recovered = await EmbeddedVault.RecoverAsync(
                folder, options, null, new Progress(report), cancellationToken);
        }
        catch (FaultException e) when (
            e.Fault.Code == "vault.not-a-vault" && EmbeddedVault.Look(folder) == VaultFolderKind.Vault)
        {
            report.Line("It holds no backups, so there is nothing to recover.");
            return null;
        }
        Tell(report, recovered);
        return recovered;
    }

    private static void Tell(Report report, RecoverReport recovered)
    {
        foreach (string line in CareWords.Done(recovered)) report.Line(line);
        foreach (var (code, text, member, value) in CareWords.Amiss(recovered))
        {
            report.Event("warning", json =>
            {
                json.WriteString("code"u8, code);
                json.WriteString("message"u8, text);
                json.WriteString(member, value);
            });
            report.Note($"warning: {text}");
        }
        report.Line($"The vault has {Words.Count(recovered.Points, "point")}"
            + $" in {Words.Count(recovered.Packs, "pack")}.");
    }

    private sealed class Progress(Report report) : IProgress<RecoverProgress>
    {
        private string _doing = "";

        public void Report(RecoverProgress value)
        {
            if (value.Doing == _doing) return;
            _doing = value.Doing;
            report.Note(value.Doing);
            report.Event("progress", json => json.WriteString("doing"u8, value.Doing));
        }
    }
}
