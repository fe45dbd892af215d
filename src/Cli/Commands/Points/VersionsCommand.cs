using System.CommandLine;
using Coffer.Agent.Browsing;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.FileSystem;

namespace Coffer.Cli.Commands.Points;

/// <summary><c>coffer versions FILE</c>: the states of one path, newest first.</summary>
internal sealed class VersionsCommand : ReadingCommand
{
    private readonly Argument<string> _path = new("FILE") { Description = "A file or folder" };

    public VersionsCommand()
        : base("versions", "List the versions of one file", "coffer versions /home/ann/report.odt") => Add(_path);

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        byte[] path = invocation.Raw.PlainPathOf(invocation.Value(_path)!);
        await using var points = await ChosenPoints.OpenAsync(invocation, "coffer versions");
        bool isWhole = true;
        var versions = await FileVersions.ReadAsync(
            points.Pages, points.All, path,
            (point, damage) =>
            {
                isWhole = false;
                invocation.Printer.Warning("point.damaged",
                    $"Point {Words.Short(point.Id.ToString())} could not be looked into: {damage.Message}.");
            },
            invocation.Cancellation);
        if (versions.Count > 0)
            invocation.Printer.Line($"{"RECEIVED",-16}  {"POINT",-12}  {"THE SAME IN",11}  {EntryWords.Header}");
        foreach (var version in versions) Tell(invocation.Printer, version);
        if (versions.Count == 0)
            throw Domain.FaultException.Usage("path.not-in-point", $"No point holds {PathText.Render(path)}.",
                "`coffer find NAME` looks for the name everywhere.");
        return new Outcome(
            isWhole ? ExitCode.Completed : ExitCode.CompletedWithWarnings,
            json => json.WriteNumber("versions"u8, versions.Count));
    }

    private static void Tell(Printer printer, FileVersion version)
    {
        var newest = version.Points[0];
        printer.Line($"{Words.Time(newest.ReceivedAt)}  {Words.Short(newest.Id.ToString())}"
            + $"  {Words.Count(version.Points.Count, "point"),11}  {EntryWords.Line(version.Entry, "")}".TrimEnd());
        printer.Event("version", json =>
        {
            EntryWords.Write(json, version.Entry);
            json.WriteStartArray("points"u8);
            foreach (var point in version.Points) json.WriteStringValue(point.Id.ToString());
            json.WriteEndArray();
        });
    }
}
