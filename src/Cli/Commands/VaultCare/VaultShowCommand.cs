using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Contracts;

namespace Coffer.Cli.Commands.VaultCare;

/// <summary><c>coffer vault show</c>: where it lies, what it holds, when it was last read through.</summary>
internal sealed class VaultShowCommand() : KeylessCommand(
    "show", "Show where the vault lies, what it holds and when it was last read through",
    "coffer vault show", "coffer vault show --vault /mnt/disk/vault --json")
{
    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        await using var vault = await Vaults.OpenForReadingAsync(
            invocation, Vaults.FolderOf(invocation), "coffer vault");
        var status = await vault.ReadStatusAsync(invocation.Cancellation);
        if (vault.Damage is { } damage) invocation.Printer.Remark(damage);
        Print(invocation, vault.Description, status);
        return new Outcome(ExitCode.Completed, json =>
        {
            json.WriteString("vault"u8, vault.Description.Id.ToString());
            json.WriteString("folder"u8, vault.Description.Place);
            json.WriteNumber("points"u8, status.Points);
            json.WriteNumber("packs"u8, status.Packs);
            json.WriteNumber("storedBytes"u8, status.StoredBytes);
            json.WriteNumber("freeBytes"u8, status.FreeBytes);
            json.WriteNumber("damagedKeyspaces"u8, status.DamagedKeyspaces);
            json.WriteBoolean("isTimeInDoubt"u8, status.IsTimeInDoubt);
            json.WriteString("lastFullCheck"u8, status.LastFullCheck is { } full ? Words.Iso(full) : null);
        });
    }

    private static void Print(Invocation invocation, VaultDescription vault, VaultStatus status)
    {
        var printer = invocation.Printer;
        printer.Line($"Vault      {vault.Place} ({vault.Id})");
        printer.Line($"Points     {Words.Count(status.Points)}");
        printer.Line($"Stored     {Words.Size(status.StoredBytes)} in {Words.Count(status.Packs, "pack")}");
        printer.Line($"Free       {Words.Size(status.FreeBytes)} of {Words.Size(status.TotalBytes)}");
        printer.Line("Checked    " + (status.LastFullCheck is { } full
            ? $"all of it since {Words.Time(full)} ({Words.Ago(full, invocation.Time.GetUtcNow())})"
            : "never read through: `coffer vault scrub` does it"));
        if (status.DamagedKeyspaces > 0)
            printer.Line($"Damaged    the index of {Words.Count(status.DamagedKeyspaces, "keyspace")}, whose packs"
                + " are not counted: `coffer vault recover`");
        if (status.IsTimeInDoubt)
            printer.Line("Time       in doubt, so nothing expires and nothing is deleted: check this machine's date");
    }
}
