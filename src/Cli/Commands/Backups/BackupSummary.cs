using System.Text.Json;
using Coffer.Agent.Jobs;
using Coffer.Agent.Policies;
using Coffer.Cli.Commands.Jobs;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Contracts.Jobs;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.Format.Points;
using Coffer.Vault.Upkeep;

namespace Coffer.Cli.Commands.Backups;

/// <summary>What a backup came to, in a few lines and as the result of <c>--json</c>.</summary>
internal static class BackupSummary
{
    private const int ShownFindings = 10;

    /// <param name="retainUntil">What was asked for; null: as the policy has it.</param>
    public static void Print(Printer printer, BackupJobResult result, DateTimeOffset? retainUntil = null)
    {
        var total = result.Total;
        printer.Line($"Backup {JobWords.Of(result.Report.State).ToLowerInvariant()}"
            + $" in {Words.Duration(result.Report.EndedAt!.Value - result.Report.StartedAt)}.");
        if (total.Files + total.Folders > 0)
        {
            printer.Line($"  {Words.Count(total.Files, "file")}, {Words.Size(total.Bytes)}"
                + $" in {Words.Count(total.Folders, "folder")}; read {Words.Size(total.BytesRead)}");
            printer.Line(
                $"  new {Words.Size(total.NewBytes)}, stored as {Words.Size(total.StoredBytes)}{Savings(total)}");
        }

        foreach (var source in result.Sources)
        {
            if (source.Result?.Point is not { } point) continue;
            string kept = point.RetainUntil is { } until ? $", kept at least until {Words.Time(until)}" : "";
            printer.Line($"  {source.Source.Label}  point {Words.Short(point.Id.ToString())}{kept}");
            if (IsShortened(source, retainUntil))
                printer.Warning("retain.shortened", $"{source.Source.Label}: the vault keeps the point until"
                    + $" {Words.Time(point.RetainUntil!.Value)}, as long as its policy's longest tier does, and not"
                    + $" until {Words.Time(retainUntil!.Value)}.");
        }

        foreach (var left in result.LeftOut) printer.Remark(left.Fault.Code, left.Words);
        foreach (var remark in result.CacheRemarks) printer.Remark(remark);
        foreach (var pattern in result.WithoutEffect)
            printer.Remark("pattern.unused", $"The exclusion {PathText.Render(pattern.Text)} matched nothing;"
                + $" `coffer policy remove {PathText.AsWord(PathText.Render(pattern.Text))}` takes it off.");
        if (result.Problem is { } whole) printer.Error(whole);
        foreach (var source in result.Sources)
            if (source.Problem is { } problem)
                printer.Error(problem with { Message = $"{source.Source.Label}: {problem.Message}" });
        var untold = result.Report.Findings.Where(finding => printer.IsJson || !IsTold(result, finding));
        foreach (var finding in untold.Take(ShownFindings))
            printer.Warning(finding.Code, $"{finding.Subject}: {finding.Message}");
        if (result.Report.FindingsTotal > ShownFindings && !printer.IsJson)
            printer.Warning("findings.more", $"{Words.Count(result.Report.FindingsTotal - ShownFindings)} more; "
                + $"`coffer job show {Words.Short(result.Report.Id.ToString())}` lists them.");
    }

    public static Outcome Outcome(BackupEnd end, Action<Utf8JsonWriter>? more = null)
    {
        var result = end.Job;
        var outcome = Shell.Outcome.Of(result.Report.State, json =>
        {
            if (FirstProblem(result) is { } problem) Faults.Write(json, problem);
            json.WriteString("job"u8, result.Report.Id.ToString());
            Write(json, result.Total);
            json.WriteNumber("findings"u8, result.Report.FindingsTotal);
            json.WriteStartArray("sources"u8);
            foreach (var source in result.Sources) Write(json, source);
            json.WriteEndArray();
            json.WriteStartArray("leftOut"u8);
            foreach (var left in result.LeftOut) Write(json, left);
            json.WriteEndArray();
            if (end.Upkeep is { } upkeep) Write(json, upkeep);
            more?.Invoke(json);
        });
        // The point stands, but what the vault found in itself has to be looked at.
        bool isAmiss = end.Upkeep is { } done
            && (done.Scrub.Findings.Count > 0 || done.Collections.Any(collection => collection.Stopped is not null));
        isAmiss |= result.Sources.Any(source => IsShortened(source, end.RetainUntil));
        return isAmiss && outcome.Code == ExitCode.Completed
            ? outcome with { Code = ExitCode.CompletedWithWarnings }
            : outcome;
    }

    private static bool IsShortened(SourceOutcome source, DateTimeOffset? asked) =>
        source.Result?.Point?.RetainUntil < asked;

    private static Fault? FirstProblem(BackupJobResult result) => result.Problem
        ?? result.Sources.FirstOrDefault(source => source.Problem is not null)?.Problem;

    /// <summary>What failed is told as an error already.</summary>
    private static bool IsTold(BackupJobResult result, JobFinding finding) =>
        (result.Problem is { } whole && finding.Message.StartsWith(whole.Message, StringComparison.Ordinal))
        || result.Sources.Any(
            source => source.Problem?.Code == finding.Code && source.Source.Label == finding.Subject);

    private static string Savings(PointStatistics total)
    {
        if (total.BytesRead == 0 || total.StoredBytes >= total.BytesRead) return "";
        long shared = total.BytesRead - total.NewBytes, compressed = total.NewBytes - total.StoredBytes;
        return $" (saved {Words.Size(Math.Max(0, shared))} by deduplication,"
            + $" {Words.Size(Math.Max(0, compressed))} by compression)";
    }

    private static void Write(Utf8JsonWriter json, UpkeepReport upkeep)
    {
        json.WriteStartObject("upkeep"u8);
        json.WriteNumber("expired"u8, upkeep.Expired);
        json.WriteNumber("purged"u8, upkeep.Purged);
        json.WriteNumber("removedPacks"u8, upkeep.RemovedPacks);
        json.WriteNumber("freedBytes"u8, upkeep.FreedBytes);
        json.WriteNumber("packsRead"u8, upkeep.Scrub.Packs);
        json.WriteNumber("damagedPacks"u8, upkeep.Scrub.Findings.Count);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SourceOutcome source)
    {
        json.WriteStartObject();
        json.WriteString("source"u8, source.Source.Id.ToString());
        json.WriteString("label"u8, source.Source.Label);
        json.WriteString("point"u8, source.Result?.Point?.Id.ToString());
        if (source.Result?.Point?.RetainUntil is { } until) json.WriteString("retainUntil"u8, Words.Iso(until));
        if (source.Problem is { } problem)
        {
            json.WriteStartObject("problem"u8);
            Faults.Write(json, problem);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, StoppedSource left)
    {
        json.WriteStartObject();
        json.WriteString("source"u8, left.Id.ToString());
        json.WriteString("label"u8, left.Label);
        Faults.Write(json, left.Fault);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PointStatistics total)
    {
        json.WriteNumber("files"u8, total.Files);
        json.WriteNumber("folders"u8, total.Folders);
        json.WriteNumber("others"u8, total.Others);
        json.WriteNumber("bytes"u8, total.Bytes);
        json.WriteNumber("filesRead"u8, total.FilesRead);
        json.WriteNumber("bytesRead"u8, total.BytesRead);
        json.WriteNumber("newBytes"u8, total.NewBytes);
        json.WriteNumber("storedBytes"u8, total.StoredBytes);
    }
}
