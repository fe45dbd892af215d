using System.Text;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Wording;
using Coffer.FileSystem.Mounts;

namespace Coffer.Cli.Commands.Setup;

/// <summary>All that is about to be done, in words and as commands.</summary>
internal static class SetupReview
{
    public static void Tell(
        Printer printer, SetupAnswers answers, IReadOnlyList<SetupStep> steps, string passphraseFile)
    {
        printer.Line();
        printer.Line("This is what will be set up");
        printer.Line($"  Vault       {Of(answers.Vault)}");
        if (answers.Passphrase is { } passphrase) printer.Line($"  Passphrase  {Of(passphrase, passphraseFile)}");
        printer.Line($"  Protected   {List(answers.Paths)}");
        printer.Line($"  Left out    {List(answers.Exclusions)}");
        printer.Line($"  Schedule    {PolicyWords.Of(answers.Policy.Schedule)}");
        printer.Line($"  Retention   {PolicyWords.Of(answers.Policy.Retention)}");
        printer.Line("  Service     "
            + (answers.InstallsService ? "backs up by itself" : "none: nothing is backed up by itself"));
        printer.Line($"  Backup      {(answers.BacksUp ? "the first one at once" : "none now")}");
        if (Warning(answers) is { } warning) printer.Line($"  ! {warning}");
        printer.Line("by these commands");
        foreach (var step in steps) printer.Line($"  {step.Command}");
        printer.Line();
    }

    private static string Of(VaultChoice vault) => vault switch
    {
        { Credentials: { } file } => $"the one that {file} names",
        { IsThere: true } => $"the one that is there{(vault.Folder is { } there ? $", in {there}" : "")}",
        _ => $"a new one in {vault.Folder}",
    };

    private static string Of(PassphraseChoice passphrase, string home) => passphrase switch
    {
        { Typed: not null } => "the one that you typed",
        { IsMade: true } => $"made now, and written to {passphrase.File}",
        { File: { } file } => $"the one that {file} holds",
        _ => $"made now, and kept in {home} until you move it elsewhere",
    };

    private static string List(IReadOnlyList<string> all) => all.Count == 0 ? "nothing more" : string.Join("  ", all);

    private static string? Warning(SetupAnswers answers)
    {
        if (answers.Vault is not { Folder: { } folder, IsThere: false }) return null;
        var items = answers.Paths.Select(path => new PolicyItem(Encoding.UTF8.GetBytes(path)));
        return DiskWarning.For(answers.Policy with { Items = [.. items] }, folder, MountTable.Read());
    }
}
