using System.CommandLine;
using Coffer.Agent.Browsing;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.Format.Points;

namespace Coffer.Cli.Commands.Points;

/// <summary><c>coffer point show ID</c>: what a point says of itself, opened with the keys.</summary>
internal sealed class PointShowCommand : ReadingCommand
{
    private readonly Argument<string> _id = new("ID")
    {
        Description = "Its id, the beginning of it, or latest",
        DefaultValueFactory = static _ => "latest",
    };

    public PointShowCommand()
        : base("show", "Show one recovery point", "coffer point show latest", "coffer point show 4f1c09ab") =>
        Add(_id);

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        await using var points = await ChosenPoints.OpenAsync(invocation, "coffer point");
        string id = invocation.Value(_id)!;
        var point = id == "latest"
            ? PointChooser.Latest(points.All).MaxBy(p => p.ReceivedAt)!
            : PointChooser.One(points.All, id);
        var body = (await PointBrowser.OpenAsync(points.Pages, point.Id, invocation.Cancellation)).Body;
        Print(invocation.Printer, point, body);
        return new Outcome(IsOwn(point, body) ? ExitCode.Completed : ExitCode.CompletedWithWarnings, json =>
        {
            PointWords.Write(json, point);
            json.WriteString("machineName"u8, body.MachineName);
            json.WriteString("agentTime"u8, Words.Iso(body.AgentTime));
            json.WriteString("previous"u8, body.Previous?.ToString());
            json.WriteString("readFrom"u8, body.ReadFrom);
            json.WriteString("fileSystem"u8, body.Volume.FileSystem);
            json.WriteString("uuid"u8, body.Volume.Uuid);
            json.WriteStartArray("paths"u8);
            foreach (byte[] path in body.Paths) json.WriteStringValue(PathText.Render(path));
            json.WriteEndArray();
        });
    }

    private static bool IsOwn(PointDescription point, PointBody body) =>
        body.Machine == point.Machine && body.Source == point.Source;

    private static void Print(Printer printer, PointDescription point, PointBody body)
    {
        var statistics = body.Statistics;
        printer.Line($"Point      {point.Id}");
        printer.Line($"Server     {body.MachineName} ({body.Machine})");
        printer.Line(
            $"Volume     {point.SourceLabel} ({body.Volume.FileSystem} {body.Volume.Uuid})".Replace(" )", ")"));
        foreach (byte[] path in body.Paths) printer.Line($"Selected   {PathText.Render(path)}");
        printer.Line($"Number     {point.Sequence}, {PointWords.StateOf(point.State)}");
        printer.Line($"Begun      {Words.Time(body.AgentTime)} by the machine's clock, read {body.ReadFrom}");
        printer.Line($"Received   {Words.Time(point.ReceivedAt)} by the vault's clock");
        if (point.ExpiresAt is { } end)
            printer.Line($"Kept until {Words.Time(end)} ({string.Join(", ", point.Tags)})");
        printer.Line($"Holds      {Words.Count(statistics.Files, "file")}, {Words.Size(statistics.Bytes)},"
            + $" {Words.Count(statistics.Folders, "folder")}, {Words.Others(statistics.Others)}");
        printer.Line($"Cost       read {Words.Size(statistics.BytesRead)}, new {Words.Size(statistics.NewBytes)},"
            + $" stored {Words.Size(statistics.StoredBytes)}");
        if (statistics.Warnings > 0) printer.Line($"Warnings   {Words.Count(statistics.Warnings)}");
        if ((point.ReceivedAt - body.AgentTime).Duration() > PointWarnings.ClockTolerance)
            printer.Remark("point.time", "The machine's clock and the vault's differ by more than a day.");
        if (!IsOwn(point, body))
            printer.Warning(
                "point.mismatch", "The vault lists this point for another server or data source than its own.");
    }
}
