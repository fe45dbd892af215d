using Coffer.Agent.Browsing;
using Coffer.Agent.Verifying;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Vault;
using Coffer.Vault.Care;
using Coffer.Vault.Checking;

namespace Coffer.Cli.Commands.VaultCare;

/// <summary>
/// Tells which points are hurt and, of this machine's own, which files: for those its key is at hand, and opens also
/// what the vault cannot prove without it.
/// </summary>
internal static class HurtPoints
{
    private const int Shown = 20;

    public static async Task TellAsync(Invocation invocation, EmbeddedVault vault, CheckReport check)
    {
        var printer = invocation.Printer;
        foreach (var point in check.Hurt.Take(printer.IsJson ? int.MaxValue : Shown))
        {
            printer.Warning(
                "point.hurt",
                CareWords.Of(point),
                json =>
                {
                    json.WriteString("point"u8, point.Point.ToString());
                    json.WriteString("source"u8, point.SourceLabel);
                    json.WriteString("reason"u8, point.Reason);
                    json.WriteBoolean("isGivenUp"u8, point.IsGivenUp);
                    json.WriteNumber("absentTotal"u8, point.AbsentTotal);
                    json.WriteStartArray("absent"u8);
                    foreach (var id in point.Absent) json.WriteStringValue(id.ToString());
                    json.WriteEndArray();
                });
        }
        if (!printer.IsJson && check.Hurt.Count > Shown)
            printer.Warning("findings.more", $"{Words.Count(check.Hurt.Count - Shown)} more points; --json lists them");
        await TellFilesAsync(invocation, vault, check);
    }

    private static async Task TellFilesAsync(Invocation invocation, EmbeddedVault vault, CheckReport check)
    {
        var machine = invocation.Home.ReadMachine();
        if (machine?.Vault != vault.Description.Id) return;
        var own = check.Hurt.Where(point => point.Keyspace == machine.Keyspace).Select(point => point.Point).ToList();
        if (own.Count == 0) return;
        using var keys = invocation.Home.ReadKeys(machine.Keyspace);
        await using var frames = await vault.OpenReaderAsync(machine.Keyspace, invocation.Cancellation);
        using var pages = new PageReader(frames, keys);
        var run = new VerifyRun(pages, own, VerifyDepth.Pages, invocation.Time) { Doubted = check.Absent };
        var result = await run.RunAsync(null, invocation.Cancellation);
        foreach (var finding in result.Findings.Take(invocation.Printer.IsJson ? int.MaxValue : Shown))
            DamageWords.Tell(invocation.Printer, finding);
        if (!invocation.Printer.IsJson && result.FindingsTotal > Shown)
            invocation.Printer.Warning(
                "findings.more", $"{Words.Count(result.FindingsTotal - Shown)} more files; --json lists them");
    }
}
