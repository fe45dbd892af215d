using System.CommandLine;
using Coffer.Cli.Commands.Backups;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.Vault.Seeding;

namespace Coffer.Cli.Commands.Seeding;

/// <summary><c>coffer seed export DIR</c>: the first backup, onto a disk that is carried to the vault.</summary>
internal sealed class SeedExportCommand : CofferCommand
{
    private readonly Argument<string> _folder = new("DIR")
    {
        Description = "Where to write it: absent, empty, or a seed that was begun",
    };

    public SeedExportCommand()
        : base("export", "Write what the policy selects to a disk; Ctrl-C keeps what was written, and it goes on later",
            "coffer register office.vaultCredentials       # first: the seed is for the vault of this machine",
            "coffer protect /home --no-backup",
            "coffer seed export /media/disk/seed") => Add(_folder);

    public override string InterruptNote => BackupProgressPrinter.CancelNote;

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        var machine = invocation.Home.ReadMachine() ?? throw OpenedVault.Unregistered();
        string folder = Path.GetFullPath(invocation.Value(_folder)!);
        var end = await SeedStart.RunAsync(invocation, machine, folder);
        if (end.Seed is { } seed) TellNext(invocation.Printer, seed, folder);
        else TellUnfinished(invocation.Printer, folder);
        return BackupSummary.Outcome(new BackupEnd(end.Job, null), json =>
        {
            json.WriteString("seed"u8, folder);
            json.WriteBoolean("complete"u8, end.Seed is not null);
            if (end.Seed is not { } written) return;
            json.WriteNumber("packs"u8, written.Packs);
            json.WriteNumber("packBytes"u8, written.Bytes);
        });
    }

    private static void TellNext(Printer printer, SeedReport seed, string folder)
    {
        string word = PathText.AsWord(folder);
        printer.Line($"The seed is complete: {Words.Count(seed.Packs, "pack")}, {Words.Size(seed.Bytes)}.");
        printer.Line($"  1. Carry {folder} to the vault's machine; it is as sealed as the vault itself.");
        printer.Line($"  2. There: `coffer-vault seed import {word} --data VAULT`, with the place that it has there.");
        printer.Line("  3. Then here: `coffer backup`, which sends what has changed since. One that runs before the"
            + " import sends everything.");
    }

    private static void TellUnfinished(Printer printer, string folder) => printer.Note(
        $"The seed is not complete; `coffer seed export {PathText.AsWord(folder)}` goes on with it.");
}
