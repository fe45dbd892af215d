using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Vault;
using Coffer.Vault.Checking;

namespace Coffer.Cli.Commands.VaultCare;

/// <summary><c>coffer vault check</c>: whether the vault has all that its points need. Reads no packs.</summary>
internal sealed class VaultCheckCommand() : KeylessCommand(
    "check", "Check, without a key, that the vault has all that its recovery points need",
    "coffer vault check", "coffer vault check --vault /mnt/disk/vault --json")
{
    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        await using var vault = await Vaults.OpenForReadingAsync(
            invocation, Vaults.FolderOf(invocation), "coffer vault check");
        var check = Run(invocation, vault);
        if (!check.IsDone) return new Outcome(ExitCode.Cancelled, json => Write(json, check));
        await HurtPoints.TellAsync(invocation, vault, check);
        invocation.Printer.Line($"Checked {Words.Count(check.Points, "point")}: {Words.Count(check.Pages, "page")}.");
        invocation.Printer.Line(Verdict(check));
        return new Outcome(
            check.Hurt.Count == 0 ? ExitCode.Completed : ExitCode.CompletedWithWarnings, json => Write(json, check));
    }

    public static CheckReport Run(Invocation invocation, EmbeddedVault vault)
    {
        using var progress = new VaultProgress(invocation.Printer, invocation.Time);
        return vault.Check(progress, () => !invocation.Cancellation.IsCancellationRequested);
    }

    public static string Verdict(CheckReport check) =>
        check.Points == 0 ? "There is no recovery point yet."
        : check.Hurt.Count == 0
            ? "All that the points need is there. `coffer vault scrub` reads it and compares every byte."
        : $"{Words.Count(check.Hurt.Count, "point")} of {Words.Count(check.Points)} cannot be restored whole."
            + " `coffer backup` sends again what is still on this machine.";

    public static void Write(System.Text.Json.Utf8JsonWriter json, CheckReport check)
    {
        json.WriteNumber("points"u8, check.Points);
        json.WriteNumber("pages"u8, check.Pages);
        json.WriteNumber("absent"u8, check.AbsentIds);
        json.WriteNumber("hurtPoints"u8, check.Hurt.Count);
    }
}
