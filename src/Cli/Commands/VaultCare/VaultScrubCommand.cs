using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.Vault;
using Coffer.Vault.Scrubbing;

namespace Coffer.Cli.Commands.VaultCare;

/// <summary>
/// <c>coffer vault scrub</c>: reads all packs again, beside backups that may run meanwhile; only what is found damaged
/// is then mended under the writer's lock.
/// </summary>
internal sealed class VaultScrubCommand() : KeylessCommand(
    "scrub", "Read the whole vault, without a key, and mend what is damaged; goes on where it was stopped",
    "coffer vault scrub", "coffer vault scrub --vault /mnt/disk/vault --json")
{
    private const string Purpose = "coffer vault scrub";

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        string folder = Vaults.FolderOf(invocation);
        ScrubReport seen;
        await using (var vault = await Vaults.OpenForReadingAsync(invocation, folder, Purpose))
            seen = Run(invocation, vault, null);
        var mended = await MendAsync(invocation, folder, seen);
        foreach (var finding in mended) DamagedPack.Tell(invocation.Printer, finding);
        if (seen.Problem is { } problem) throw new FaultException(problem);
        if (!seen.IsDone)
        {
            invocation.Printer.Line(
                $"Read {Words.Count(seen.Packs, "pack")}; `coffer vault scrub` goes on with the others.");
            return new Outcome(ExitCode.Cancelled, json => Write(json, seen, mended));
        }
        invocation.Printer.Line($"Read {Words.Count(seen.Packs, "pack")}, {Words.Size(seen.Bytes)}.");
        return await ConcludeAsync(invocation, folder, seen, mended);
    }

    private static async Task<Outcome> ConcludeAsync(
        Invocation invocation, string folder, ScrubReport seen, IReadOnlyList<PackFinding> mended)
    {
        await using var vault = await Vaults.OpenForReadingAsync(invocation, folder, Purpose);
        var check = VaultCheckCommand.Run(invocation, vault);
        if (check.Hurt.Count > 0) await HurtPoints.TellAsync(invocation, vault, check);
        invocation.Printer.Line(
            check.Hurt.Count > 0 ? VaultCheckCommand.Verdict(check)
            : mended.Count > 0 ? "All damage was mended, and every point has all that it needs."
            : "Every byte is what was written, and every point has all that it needs.");
        return new Outcome(
            mended.Count == 0 && check.Hurt.Count == 0 ? ExitCode.Completed : ExitCode.CompletedWithWarnings,
            json =>
            {
                Write(json, seen, mended);
                json.WriteNumber("points"u8, check.Points);
                json.WriteNumber("hurtPoints"u8, check.Hurt.Count);
                json.WriteNumber("absent"u8, check.AbsentIds);
            });
    }

    private static ScrubReport Run(
        Invocation invocation, EmbeddedVault vault, IReadOnlyCollection<ObjectId>? only)
    {
        using var progress = new VaultProgress(invocation.Printer, invocation.Time);
        // What was found is mended also after Ctrl-C: it is little, and would have to be looked for again.
        return vault.Scrub(only, progress, () => only is not null || !invocation.Cancellation.IsCancellationRequested);
    }

    private static async Task<IReadOnlyList<PackFinding>> MendAsync(
        Invocation invocation, string folder, ScrubReport seen)
    {
        if (seen.Findings.Count == 0) return [];
        try
        {
            await using var vault = await Vaults.OpenForWritingAsync(invocation, folder, Purpose, default);
            var mended = Run(invocation, vault, [.. seen.Findings.Select(finding => finding.Pack)]);
            if (mended.Problem is { } problem)
                invocation.Printer.Warning(problem.Code, $"Not all could be mended: {problem.Message}");
            return mended.Findings;
        }
        catch (FaultException e)
        {
            // A vault that cannot be written, or is busy for long: what was found is told all the same.
            invocation.Printer.Warning(e.Fault.Code, $"The damage could not be mended: {e.Fault.Message}");
            return seen.Findings;
        }
    }

    private static void Write(
        System.Text.Json.Utf8JsonWriter json, ScrubReport seen, IReadOnlyList<PackFinding> mended)
    {
        json.WriteNumber("packs"u8, seen.Packs);
        json.WriteNumber("bytes"u8, seen.Bytes);
        json.WriteNumber("damagedPacks"u8, mended.Count);
        json.WriteNumber("lost"u8, mended.Sum(finding => finding.LostTotal));
        json.WriteString("oldestCheck"u8, seen.OldestCheck is { } time ? Words.Iso(time) : null);
    }
}
