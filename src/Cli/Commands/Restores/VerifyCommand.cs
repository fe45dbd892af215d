using System.CommandLine;
using Coffer.Agent.Jobs;
using Coffer.Agent.Verifying;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Contracts.Jobs;

namespace Coffer.Cli.Commands.Restores;

/// <summary><c>coffer verify [--data]</c>: whether all points can be restored. Damage is a failure.</summary>
internal sealed class VerifyCommand : ReadingCommand
{
    private readonly Option<bool> _data = new("--data")
    {
        Description = "Open every byte and compare it with its id; reads the whole vault",
    };

    public VerifyCommand()
        : base("verify", "Check that the recovery points can be restored", "coffer verify", "coffer verify --data") =>
        Add(_data);

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        await using var points = await ChosenPoints.OpenAsync(invocation, "coffer verify");
        var depth = invocation.Value(_data) ? VerifyDepth.Data : VerifyDepth.Pages;
        var opened = points.Opened;
        JobWriter? job = null;
        if (opened.Machine is { } machine && !opened.Vault.Description.IsReadOnly)
        {
            job = new JobWriter(opened.Vault, machine.Id, JobOperation.Verify, "all points", invocation.Time);
            await job.BeginAsync(invocation.Cancellation);
        }

        try
        {
            var result = await RunAsync(invocation, points, depth);
            Print(invocation.Printer, result, depth);
            var state = result.Damaged > 0 || result.FindingsTotal > 0 ? JobState.Failed : JobState.Completed;
            await EndAsync(job, result, state);
            return Outcome.Of(state, json => Write(json, result));
        }
        catch (Exception e) when (job is not null)
        {
            bool isCancelled = e is OperationCanceledException;
            if (!isCancelled) job.Add(new JobFinding("verify.failed", "verify", Faults.Of(e).Message));
            await job.EndAsync(isCancelled ? JobState.Cancelled : JobState.Failed);
            throw;
        }
    }

    private static async Task<VerifyResult> RunAsync(Invocation invocation, ChosenPoints points, VerifyDepth depth)
    {
        using var progress = new RestoreProgressPrinter(invocation.Printer, invocation.Time);
        var run = new VerifyRun(points.Pages, [.. points.All.Select(point => point.Id)], depth, invocation.Time);
        return await run.RunAsync(progress, invocation.Cancellation);
    }

    private static void Print(Printer printer, VerifyResult result, VerifyDepth depth)
    {
        printer.Line($"Verified {Words.Count(result.Points, "point")}: {Words.Count(result.Pages, "page")}"
            + (depth == VerifyDepth.Data ? $", {Words.Count(result.Chunks, "chunk")}" : "")
            + $", {Words.Size(result.Bytes)} opened.");
        foreach (var finding in result.Findings)
            printer.Warning(finding.Code, $"{(finding.Path.Length == 0 ? "all" : finding.Path)}"
                + $" in point {Words.Short(finding.Point.ToString())}: {finding.Reason}");
        if (result.Points == 0)
            printer.Line("There is no recovery point yet, so there is nothing to verify.");
        else if (result.Damaged > 0)
            printer.Line($"{Words.Count(result.Damaged, "piece")} {(result.Damaged == 1 ? "is" : "are")} damaged."
                + " `coffer backup` sends again what is still on this machine.");
        else if (depth == VerifyDepth.Pages)
            printer.Line("The structure is whole. `coffer verify --data` opens the contents too.");
        else
            printer.Line("Every byte opened to its id.");
    }

    private static async Task EndAsync(JobWriter? job, VerifyResult result, JobState state)
    {
        if (job is null) return;
        job.SetFact("points", result.Points);
        job.SetFact("pages", result.Pages);
        job.SetFact("chunks", result.Chunks);
        job.SetFact("bytes", result.Bytes);
        job.SetFact("damaged", result.Damaged);
        job.Add([.. result.Findings.Select(f => new JobFinding(f.Code, f.Path, f.Reason))], result.FindingsTotal);
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
