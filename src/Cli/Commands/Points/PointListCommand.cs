using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Contracts.Points;

namespace Coffer.Cli.Commands.Points;

/// <summary><c>coffer point list</c>: oldest first within a data source, with what is missing between two.</summary>
internal sealed class PointListCommand : ReadingCommand
{
    public PointListCommand()
        : base("list", "List recovery points, oldest first", "coffer point list", "coffer points --json",
            "coffer point list --local      # snapshots on this machine; no vault is asked") => AddLocal();

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        if (invocation.Value(SharedOptions.Local)) return await LocalPointList.RunAsync(invocation);
        await using var opened = await OpenedVault.ForReadingAsync(invocation, "coffer point");
        var points = await opened.Vault.ListPointsAsync(opened.Points, invocation.Cancellation);
        var table = new TextTable(
            "RECEIVED", "POINT", ">NUMBER", ">FILES", ">SIZE", ">STORED", "KEPT UNTIL", "NOTES", "OF");
        PointDescription? before = null;
        foreach (var point in points)
        {
            NoteGap(invocation.Printer, before, point);
            before = point;
            invocation.Printer.Event("point", json => PointWords.Write(json, point));
            table.Add(
                Words.Time(point.ReceivedAt), Words.Short(point.Id.ToString()), Words.Count(point.Sequence),
                Words.Count(point.Statistics.Files), Words.Size(point.Statistics.Bytes),
                Words.Size(point.Statistics.StoredBytes), KeptUntil(point),
                NotesOf(point), point.SourceLabel);
        }

        if (points.Count == 0) invocation.Printer.Line("There is no recovery point yet. `coffer backup` takes one.");
        else table.Print(invocation.Printer);
        return new Outcome(ExitCode.Completed, json => json.WriteNumber("points"u8, points.Count));
    }

    // Without an end it is the newest, which stays until there is a newer one, or one that no rule has an end for.
    private static string KeptUntil(PointDescription point) =>
        point.ExpiresAt is { } end ? Words.Time(end) : point.State == PointState.Live ? "for now" : "";

    private static string NotesOf(PointDescription point)
    {
        var notes = new List<string>(point.Tags);
        if (point.State != PointState.Live) notes.Add(PointWords.StateOf(point.State));
        if (point.IsHeld) notes.Add("held");
        if (point.IsGivenUp) notes.Add("given up");
        if (point.Statistics.Warnings > 0) notes.Add(Words.Count(point.Statistics.Warnings, "warning"));
        return string.Join(", ", notes);
    }

    private static void NoteGap(Printer printer, PointDescription? before, PointDescription point)
    {
        if (before is null || before.Source != point.Source || point.Sequence <= before.Sequence + 1) return;
        printer.Remark("point.gap",
            $"{point.SourceLabel}: points {before.Sequence + 1} to {point.Sequence - 1} are not there any more.");
    }
}
