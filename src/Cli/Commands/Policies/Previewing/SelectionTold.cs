using System.Text.Json;
using Coffer.Agent.Policies;
using Coffer.Agent.Policies.Previewing;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Domain;

namespace Coffer.Cli.Commands.Policies.Previewing;

/// <summary>Shows what would be backed up now, how much, which rule leaves what out, and where most lies.</summary>
internal sealed class SelectionTold
{
    private readonly SelectionReport _report;

    private SelectionTold(SelectionReport report) => _report = report;

    /// <param name="looksInto">Folders that are left out are counted too.</param>
    public static SelectionTold Tell(Invocation invocation, PlannedPolicy planned, bool looksInto)
    {
        var printer = invocation.Printer;
        SelectionReport report;
        using (var progress = new PreviewProgress(printer, invocation.Time))
            report = new SelectionPreview(planned, looksInto).Run(progress, invocation.Cancellation);
        var told = new SelectionTold(report);
        told.TellTaken(printer);
        told.TellLeftOut(printer, looksInto);
        told.TellLargest(printer);
        foreach (var pattern in report.WithoutEffect)
            printer.Remark("pattern.unused", $"The exclusion {LeavingWords.Text(pattern)} matches nothing.");
        return told;
    }

    public void Write(Utf8JsonWriter json)
    {
        Write(json, _report.Total);
        json.WriteNumber("unreadable"u8, _report.Sources.Sum(source => source.Unreadable));
    }

    private void TellTaken(Printer printer)
    {
        var table = new TextTable("WOULD BE BACKED UP", ">FILES", ">SIZE", ">FOLDERS", ">LINKS AND DEVICES");
        foreach (var source in _report.Sources) Add(table, source.Source.Source.Label, source.Taken);
        if (_report.Sources.Count > 1) Add(table, "all", _report.Total);
        table.Print(printer);
        foreach (var source in _report.Sources)
        {
            printer.Event("source", json => Write(json, source));
            if (source.Problem is { } problem)
                printer.Remark(problem.Code, $"{source.Source.Source.Label} could not be backed up now: "
                    + $"{problem.Message} {problem.Guidance}".TrimEnd());
            if (source.FirstUnreadable is { } first)
                printer.Remark("file.unreadable", $"{Words.Count(source.Unreadable)} of {source.Source.Source.Label}"
                    + $" could not be looked at, {PathText.Render(first.Path)} first: {first.Reason}.");
        }
    }

    private void TellLeftOut(Printer printer, bool looksInto)
    {
        foreach (var left in _report.LeftOut) printer.Event("left-out", json => Write(json, left));
        if (_report.LeftOut.Count == 0) return;
        var table = new TextTable("LEFT OUT BY", ">FILES", ">SIZE", ">FOLDERS", ">OF THEM NOT LOOKED INTO");
        foreach (var left in _report.LeftOut)
            table.Add(
                LeavingWords.Of(left.Rule, left.Pattern), Words.Count(left.Count.Files), Words.Size(left.Count.Bytes),
                Words.Count(Math.Max(left.Count.Folders, left.FoldersUnseen)), Words.Count(left.FoldersUnseen));
        printer.Line();
        table.Print(printer);
        if (!looksInto && _report.LeftOut.Any(left => left.FoldersUnseen > 0))
            printer.Line("With --measure-excluded the folders are looked into as well.");
    }

    private void TellLargest(Printer printer)
    {
        foreach (var folder in _report.Largest) printer.Event("folder", json =>
        {
            json.WriteString("path"u8, PathText.Render(folder.Path));
            json.WriteNumber("files"u8, folder.Files);
            json.WriteNumber("bytes"u8, folder.Bytes);
        });
        if (_report.Largest.Count == 0) return;
        var table = new TextTable("LARGEST FOLDERS", ">FILES", ">SIZE");
        foreach (var folder in _report.Largest)
            table.Add(PathText.Render(folder.Path), Words.Count(folder.Files), Words.Size(folder.Bytes));
        printer.Line();
        table.Print(printer);
    }

    private static void Add(TextTable table, string label, EntryCount count) => table.Add(
        label, Words.Count(count.Files), Words.Size(count.Bytes), Words.Count(count.Folders),
        Words.Count(count.Others));

    private static void Write(Utf8JsonWriter json, PreviewedSource source)
    {
        json.WriteString("source"u8, source.Source.Source.Label);
        Write(json, source.Taken);
        json.WriteNumber("unreadable"u8, source.Unreadable);
        if (source.Problem is { } problem) json.WriteString("problem"u8, problem.Code);
    }

    private static void Write(Utf8JsonWriter json, LeftOut left)
    {
        json.WriteString("rule"u8, LeavingWords.NameOf(left.Rule));
        if (left.Pattern is { } pattern) json.WriteString("pattern"u8, LeavingWords.Text(pattern));
        Write(json, left.Count);
        json.WriteNumber("foldersNotLookedInto"u8, left.FoldersUnseen);
    }

    private static void Write(Utf8JsonWriter json, EntryCount count)
    {
        json.WriteNumber("files"u8, count.Files);
        json.WriteNumber("folders"u8, count.Folders);
        json.WriteNumber("others"u8, count.Others);
        json.WriteNumber("bytes"u8, count.Bytes);
    }
}
