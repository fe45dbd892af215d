using System.Text.Json;
using Coffer.Agent.Jobs;
using Coffer.Agent.Restores;
using Coffer.Cli.Output;
using Coffer.Contracts.Jobs;

namespace Coffer.Cli.Commands.Restores;

/// <summary>What a restore came to.</summary>
internal static class RestoreSummary
{
    private const int ShownFindings = 20;

    public static void Print(Printer printer, RestoreResult result, bool isDryRun)
    {
        string verb = isDryRun ? "Would restore" : result.IsResumed ? "Went on and restored" : "Restored";
        printer.Line($"{verb} {Words.Count(result.Files, "file")}, {Words.Size(result.Bytes)},"
            + $" {Words.Count(result.Folders, "folder")}, {Words.Count(result.Others)} others.");
        if (result.Equal > 0) printer.Line($"  {Words.Count(result.Equal)} were there already, equal, and left alone");
        if (result.Copies > 0)
            printer.Line($"  {Words.Count(result.Copies)} got a name of their own: theirs was taken");
        if (result.Overwritten > 0)
            printer.Line($"  {Words.Count(result.Overwritten)} took the place of something else");
        if (result.Skipped > 0) printer.Line($"  {Words.Count(result.Skipped)} were skipped: their name was taken");
        foreach (var finding in result.Findings.Take(printer.IsJson ? int.MaxValue : ShownFindings))
            printer.Warning(finding.Code, $"{finding.Path}: {finding.Reason}");
        if (!printer.IsJson && result.FindingsTotal > ShownFindings)
            printer.Warning(
                "findings.more", $"{Words.Count(result.FindingsTotal - ShownFindings)} more; --json lists them");
    }

    /// <summary>Where nothing at all came back, that is no success with remarks.</summary>
    public static JobState StateOf(RestoreResult result) =>
        result.FindingsTotal == 0 ? JobState.Completed
        : result.Files + result.Folders + result.Others + result.Equal + result.Skipped > 0
            ? JobState.CompletedWithWarnings
        : JobState.Failed;

    /// <summary>Stores the end of a restore that is somebody's job.</summary>
    public static async Task EndAsync(JobWriter? job, RestoreResult result, JobState state)
    {
        if (job is null) return;
        job.SetFact("files", result.Files);
        job.SetFact("bytes", result.Bytes);
        job.SetFact("folders", result.Folders);
        job.SetFact("equal", result.Equal);
        job.SetFact("skipped", result.Skipped);
        job.SetFact("copies", result.Copies);
        job.Add([.. result.Findings.Select(f => new JobFinding(f.Code, f.Path, f.Reason))], result.FindingsTotal);
        await job.EndAsync(state);
    }

    public static void Write(Utf8JsonWriter json, RestoreResult result)
    {
        json.WriteNumber("files"u8, result.Files);
        json.WriteNumber("folders"u8, result.Folders);
        json.WriteNumber("others"u8, result.Others);
        json.WriteNumber("bytes"u8, result.Bytes);
        json.WriteNumber("equal"u8, result.Equal);
        json.WriteNumber("skipped"u8, result.Skipped);
        json.WriteNumber("copies"u8, result.Copies);
        json.WriteNumber("overwritten"u8, result.Overwritten);
        json.WriteBoolean("isResumed"u8, result.IsResumed);
        json.WriteNumber("findings"u8, result.FindingsTotal);
    }
}
