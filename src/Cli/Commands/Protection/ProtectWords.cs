using Coffer.Agent.Jobs;
using Coffer.Cli.Commands.Backups;
using Coffer.Cli.Commands.Passphrases;
using Coffer.Cli.Compose;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem;

namespace Coffer.Cli.Commands.Protection;

/// <summary>What <c>protect</c> tells a person about what it made and what comes next.</summary>
internal static class ProtectWords
{
    public static void Setup(Invocation invocation, Membership member, ProtectionPolicy policy)
    {
        var printer = invocation.Printer;
        if (member is { IsVaultNew: true, Machine.Place.Folder: { } folder })
        {
            printer.Line($"Made a vault in {folder}");
            printer.Line("Backups go there, on this machine. To have it served: `coffer-vault serve --data"
                + $" {PathText.AsWord(folder)}`, then `coffer register FILE`; another vault needs another --home.");
        }
        if (member.IsNew) printer.Line($"Registered this machine as {member.Machine.Name} ({member.Machine.Id})");
        if (member.IsPassphraseMade) PassphraseWords.Saved(printer, invocation.Home.PassphraseFile);
        if (member.IsPassphraseMade)
            printer.Event("passphrase", json => json.WriteString("file"u8, invocation.Home.PassphraseFile));
        if (policy.Items.Count == 0) printer.Line("Nothing is selected yet: `coffer protect FOLDER` adds to it.");
        printer.Flush();
    }

    public static void Next(Invocation invocation, Membership member, ProtectionPolicy policy, BackupJobResult? result)
    {
        var printer = invocation.Printer;
        if (policy.Items.Count == 0) return;
        string path = PathText.Render(policy.Items[0].Path);
        if (result is not null && result.Sources.All(source => source.Result?.Point is null))
        {
            printer.Line("There is no new recovery point. What was transferred is kept:"
                + " `coffer backup` goes on from there.");
            return;
        }

        // Who protects one more folder has read the rest before.
        if (!member.IsNew) return;
        printer.Line();
        printer.Line("To get something back");
        printer.Line($"  coffer ls {path}");
        printer.Line($"  coffer restore {path} --to /tmp/restored");
        if (member.Machine.Place.Folder is { } folder)
        {
            printer.Line($"  on another machine: the folder {folder} and the passphrase are enough:");
            printer.Line($"  coffer restore {path} --vault FOLDER --passphrase-file FILE --to DIR");
        }
        printer.Line("What next");
        if (invocation.Home.HoldsPassphrase)
            printer.Line($"  move {invocation.Home.PassphraseFile} off this machine");
        if (result is null) printer.Line("  coffer backup           takes the first recovery point");
        printer.Line("  coffer agent install    has it backed up by itself, as the policy says");
        if (result is not null) printer.Line("  coffer backup           backs up now");
        printer.Line("  coffer verify --data    opens every byte once");
        printer.Line("  coffer status           what is protected, and what needs attention");
    }

    public static Outcome Outcome(
        Invocation invocation, Membership member, ProtectionPolicy policy, bool isSameDisk, BackupEnd? result)
    {
        void Write(System.Text.Json.Utf8JsonWriter json)
        {
            json.WriteString("machine"u8, member.Machine.Id.ToString());
            json.WriteString("name"u8, member.Machine.Name);
            json.WriteString("vault"u8, member.Machine.Place.ToString());
            json.WriteBoolean("isNewVault"u8, member.IsVaultNew);
            json.WriteBoolean("isSameDisk"u8, isSameDisk);
            if (member.IsPassphraseMade) json.WriteString("passphraseFile"u8, invocation.Home.PassphraseFile);
            json.WriteNumber("policyVersion"u8, policy.Version);
            json.WriteStartArray("paths"u8);
            foreach (var item in policy.Items) json.WriteStringValue(PathText.Render(item.Path));
            json.WriteEndArray();
        }

        return result is null
            ? new Outcome(ExitCode.Completed, Write)
            : BackupSummary.Outcome(result, Write);
    }
}
