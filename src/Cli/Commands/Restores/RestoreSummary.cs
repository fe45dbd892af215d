using System.Text.Json;
using Coffer.Agent.Jobs;
using Coffer.Agent.LocalPoints;
using Coffer.Agent.Restores;
using Coffer.Cli.Output;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.FileSystem;

namespace Coffer.Cli.Commands.Restores;

/// <summary>What a restore came to, or of a dry run what it would come to.</summary>
/// <param name="TargetFolder">Null: the original place.</param>
/// <param name="Points">Those that it took from.</param>
internal sealed record RestoreSummary(
    byte[]? TargetFolder, bool IsDryRun, IReadOnlyList<RestoreOrigin> Points, RestoreResult Result)
{
    private const int Shown = 20, ShownCopies = 5;

    /// <summary>Where nothing at all came back, that is no success with remarks.</summary>
    public JobState State =>
        Result.FindingsTotal == 0 ? JobState.Completed
        : Result.Files + Result.Folders + Result.Others + Result.Equal + Result.Skipped > 0
            ? JobState.CompletedWithWarnings
        : JobState.Failed;

    private string? Target => TargetFolder is { } folder ? PathText.Render(folder) : null;

    public void Print(Printer printer)
    {
        printer.Line(Headline());
        foreach (var point in Points)
            printer.Line($"  from {point.Words}");
        PrintCount(printer, Result.Equal, "left alone: there already, and equal");
        PrintCount(printer, Result.Overwritten, "put in the place of something else");
        PrintCount(printer, Result.Skipped, "skipped: something else has the name");
        WriteRows(printer);
        PrintList(printer, Result.CopyNames.Select(CopyLine), Result.Copies, ShownCopies);
        long wanted = Result.Files + Result.Folders + Result.Others;
        PrintList(printer, Result.Wanted.Select(path => $"  {path}"), wanted, Shown);
        if (IsDryRun) printer.Line("Nothing was changed.");
        foreach (var finding in Result.Findings.Take(printer.IsJson ? int.MaxValue : Shown))
            DamageWords.Tell(printer, finding);
        if (!printer.IsJson && Result.FindingsTotal > Shown)
            printer.Warning("findings.more", $"{Words.Count(Result.FindingsTotal - Shown)} more; --json lists them");
    }

    /// <summary>Stores the end of a restore that is somebody's job.</summary>
    public async Task EndAsync(JobWriter? job)
    {
        if (job is null) return;
        job.SetFact("files", Result.Files);
        job.SetFact("bytes", Result.Bytes);
        job.SetFact("folders", Result.Folders);
        job.SetFact("equal", Result.Equal);
        job.SetFact("skipped", Result.Skipped);
        job.SetFact("copies", Result.Copies);
        job.Add([.. Result.Findings.Select(DamageWords.ForJob)], Result.FindingsTotal);
        await job.EndAsync(State);
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteBoolean("isDryRun"u8, IsDryRun);
        json.WriteString("target"u8, Target);
        json.WriteStartArray("points"u8);
        foreach (var point in Points) json.WriteStringValue(point.Id);
        json.WriteEndArray();
        json.WriteNumber("files"u8, Result.Files);
        json.WriteNumber("folders"u8, Result.Folders);
        json.WriteNumber("others"u8, Result.Others);
        json.WriteNumber("bytes"u8, Result.Bytes);
        json.WriteNumber("equal"u8, Result.Equal);
        json.WriteNumber("skipped"u8, Result.Skipped);
        json.WriteNumber("copies"u8, Result.Copies);
        json.WriteNumber("overwritten"u8, Result.Overwritten);
        json.WriteBoolean("isResumed"u8, Result.IsResumed);
        json.WriteNumber("findings"u8, Result.FindingsTotal);
    }

    private string Headline()
    {
        string verb = IsDryRun ? "Would restore" : Result.IsResumed ? "Went on and restored" : "Restored";
        var what = new List<string>();
        if (Result.Files > 0) what.Add($"{Words.Count(Result.Files, "file")}, {Words.Size(Result.Bytes)}");
        if (Result.Folders > 0) what.Add(Words.Count(Result.Folders, "folder"));
        if (Result.Others > 0) what.Add(Words.Others(Result.Others));
        if (what.Count == 0) what.Add("nothing");
        return $"{verb} {string.Join(", ", what)} {(Target is null ? "to the original place" : $"into {Target}")}";
    }

    private void PrintCount(Printer printer, long number, string what)
    {
        string verb = IsDryRun ? "would be" : number == 1 ? "was" : "were";
        if (number > 0) printer.Line($"  {Words.Count(number)} {verb} {what}");
    }

    private void WriteRows(Printer printer)
    {
        foreach (var copy in Result.CopyNames)
        {
            printer.Event("copy", json =>
            {
                json.WriteString("path"u8, copy.Path);
                if (copy.Name.Length > 0) json.WriteString("name"u8, copy.Name);
            });
        }

        foreach (string path in Result.Wanted) printer.Event("wanted", json => json.WriteString("path"u8, path));
    }

    private string CopyLine(RestoredCopy copy)
    {
        string name = copy.Path[(copy.Path.LastIndexOf('/') + 1)..];
        return IsDryRun
            ? $"  {name} is there and differs: it would be kept, and {copy.Path} restored as a copy beside it"
            : $"  kept the {name} that is there; restored {copy.Path} as …/{copy.Name}";
    }

    private static void PrintList(Printer printer, IEnumerable<string> lines, long total, int shown)
    {
        if (printer.IsJson || !lines.Any()) return;
        foreach (string line in lines.Take(shown)) printer.Line(line);
        if (total > shown) printer.Line($"  … and {Words.Count(total - shown)} more");
    }
}

/// <summary>A point that a restore took from.</summary>
/// <param name="Words">For people: which, and of what.</param>
internal sealed record RestoreOrigin(string Id, string Words)
{
    public static RestoreOrigin Of(PointDescription point) => new(point.Id.ToString(),
        $"point {Output.Words.Short(point.Id.ToString())} of {Output.Words.Time(point.ReceivedAt)}"
            + $" ({point.SourceLabel})");

    public static RestoreOrigin Of(LocalPoint point) => new(point.Name.ToString(),
        $"local point {point.Name.Id} of {Output.Words.Time(point.Name.TakenAt)} ({point.Label})");
}
