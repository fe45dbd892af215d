using System.CommandLine;
using Coffer.Agent.Jobs;
using Coffer.Agent.Verifying;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Contracts.Jobs;
using Coffer.Domain;

namespace Coffer.Cli.Commands.Restores;

/// <summary>
/// <c>coffer verify [--data]</c>: whether all that the points need is there; with <c>--data</c> whether it is sound.
/// What is missing or damaged is a failure.
/// </summary>
internal sealed class VerifyCommand : ReadingCommand
{
    private const int ShownFindings = 20;

    private readonly Option<bool> _data = new("--data")
    {
        Description = "Open every byte and compare it with its id; reads the whole vault",
    };

    public VerifyCommand()
        : base("verify", "Check that all that the recovery points need is in the vault; with --data, that it is sound",
            "coffer verify", "coffer verify --data") =>
        Add(_data);

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        await using var points = await ChosenPoints.OpenAsync(invocation, "coffer verify");
        var depth = invocation.Value(_data) ? VerifyDepth.Data : VerifyDepth.Pages;
        string label = depth == VerifyDepth.Data ? "all points, every byte" : "all points, without their contents";
        return await PointJob.RunAsync(
            invocation, points.Opened, JobOperation.Verify, label, job => RunAsync(invocation, points, depth, job));
    }

    private static async Task<Outcome> RunAsync(
        Invocation invocation, ChosenPoints points, VerifyDepth depth, JobWriter? job)
    {
        VerifyResult result;
        using (var progress = new RestoreProgressPrinter(invocation.Printer, invocation.Time))
        {
            var run = new VerifyRun(points.Pages, [.. points.All.Select(point => point.Id)], depth, invocation.Time);
            result = await run.RunAsync(progress, invocation.Cancellation);
        }

        Print(invocation.Printer, result, depth);
        var state = result.Damaged > 0 || result.FindingsTotal > 0 ? JobState.Failed : JobState.Completed;
        await EndAsync(job, result, state);
        if (depth == VerifyDepth.Data && state == JobState.Completed) await NoteAsync(points, invocation);
        return Outcome.Of(state, json => Write(json, result));
    }

    /// <summary>Only where these are all points of the vault: of other servers' nothing was read.</summary>
    private static async Task NoteAsync(ChosenPoints points, Invocation invocation)
    {
        var vault = points.Opened.Vault;
        if (vault.Description.IsReadOnly) return;
        try
        {
            var status = await vault.ReadStatusAsync(invocation.Cancellation);
            if (status.Points == points.All.Count) await vault.NoteFullCheckAsync(invocation.Cancellation);
        }
        catch (FaultException e)
        {
            invocation.Printer.Remark(e.Fault with { Message = $"The check was not noted: {e.Fault.Message}" });
        }
    }

    private static void Print(Printer printer, VerifyResult result, VerifyDepth depth)
    {
        printer.Line($"Verified {Words.Count(result.Points, "point")}: {Words.Count(result.Pages, "page")}"
            + (depth == VerifyDepth.Data ? $", {Words.Count(result.Chunks, "chunk")}" : "")
            + $", {Words.Size(result.Bytes)} opened.");
        foreach (var finding in result.Findings.Take(printer.IsJson ? int.MaxValue : ShownFindings))
            DamageWords.Tell(printer, finding);
        if (!printer.IsJson && result.FindingsTotal > ShownFindings)
            printer.Warning(
                "findings.more", $"{Words.Count(result.FindingsTotal - ShownFindings)} more; --json lists them");
        printer.Line(Verdict(result, depth));
    }

    private static string Verdict(VerifyResult result, VerifyDepth depth)
    {
        if (result.Points == 0) return "There is no recovery point yet, so there is nothing to verify.";
        if (result.Damaged > 0)
            return $"{Words.Count(result.Damaged, "piece")} of the vault {(result.Damaged == 1 ? "is" : "are")} missing"
                + " or damaged. `coffer backup` sends again what is still on this machine.";
        return depth == VerifyDepth.Data
            ? "Every byte that the points need opened to its id: all of them can be restored."
            : "All listings opened, and every pack that they need is there in full length. What is inside the packs"
                + " was not read: `coffer verify --data` does that.";
    }

    private static async Task EndAsync(JobWriter? job, VerifyResult result, JobState state)
    {
        if (job is null) return;
        job.SetFact("points", result.Points);
        job.SetFact("pages", result.Pages);
        job.SetFact("chunks", result.Chunks);
        job.SetFact("bytes", result.Bytes);
        job.SetFact("damaged", result.Damaged);
        job.Add([.. result.Findings.Select(DamageWords.ForJob)], result.FindingsTotal);
        await job.EndAsync(state);
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, VerifyResult result)
    {
        json.WriteNumber("points"u8, result.Points);
        json.WriteNumber("pages"u8, result.Pages);
        json.WriteNumber("chunks"u8, result.Chunks);
        json.WriteNumber("bytes"u8, result.Bytes);
        json.WriteNumber("damaged"u8, result.Damaged);
        json.WriteNumber("findings"u8, result.FindingsTotal);
    }
}
