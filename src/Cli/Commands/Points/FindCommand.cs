using System.CommandLine;
using Coffer.Agent.Browsing;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.FileSystem;

namespace Coffer.Cli.Commands.Points;

/// <summary><c>coffer find PATTERN</c>: a name over all points; each state of a file is told once.</summary>
internal sealed class FindCommand : ReadingCommand
{
    private readonly Argument<string> _pattern = new("PATTERN") { Description = "A name or path with * ? [] and **" };

    private readonly Option<bool> _ignoreCase = new("--ignore-case", "-i") { Description = "A is a" };

    public FindCommand()
        : base("find", "Find files by name in all recovery points",
            "coffer find 'report*.odt'", "coffer find -i '/home/ann/**/*.JPG'")
    {
        Add(_pattern);
        Add(_ignoreCase);
    }

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        var pattern = new GlobPattern(
            invocation.Raw.BytesOf(invocation.Value(_pattern)!), invocation.Value(_ignoreCase));
        await using var points = await ChosenPoints.OpenAsync(invocation, "coffer find");
        var seen = new HashSet<(string, ObjectId, ObjectId)>();
        bool isWhole = true;
        foreach (var point in points.All.Reverse())
        {
            try
            {
                await SearchAsync(invocation, points, point, pattern, seen);
            }
            catch (CorruptionException e)
            {
                isWhole = false;
                invocation.Printer.Warning("point.damaged",
                    $"Point {Words.Short(point.Id.ToString())} was not searched to its end: {e.Message}.");
            }
        }

        if (seen.Count == 0) TellNothing(invocation);
        return new Outcome(
            isWhole ? ExitCode.Completed : ExitCode.CompletedWithWarnings,
            json => json.WriteNumber("found"u8, seen.Count));
    }

    private void TellNothing(Invocation invocation)
    {
        string pattern = invocation.Value(_pattern)!;
        invocation.Printer.Line($"No point holds anything of the name {pattern}.");
        bool isPlain = pattern.IndexOfAny(['*', '?', '[', '/']) < 0;
        string wider = isPlain ? $"`coffer find {PathText.AsWord($"*{pattern}*")}` looks for a part of a name; " : "";
        if (!invocation.Value(_ignoreCase))
            invocation.Printer.Line($"{wider}with -i, a is A.");
        else if (isPlain)
            invocation.Printer.Line(wider.TrimEnd(' ', ';') + ".");
    }

    private static async Task SearchAsync(
        Invocation invocation, ChosenPoints points, PointDescription point, GlobPattern pattern,
        HashSet<(string, ObjectId, ObjectId)> seen)
    {
        var tree = await points.TreeAsync([point], invocation.Cancellation);
        byte[] top = tree.Points[0].Body.Volume.MountPath;
        await foreach (var entry in tree.SearchAsync(pattern, top, invocation.Cancellation))
        {
            string path = PathText.Render(entry.Path);
            if (!seen.Add((path, entry.ContentPrint, entry.MetadataPrint))) continue;
            if (seen.Count == 1)
                invocation.Printer.Line($"{"RECEIVED",-16}  {"POINT",-12}  {EntryWords.Header}  PATH");
            Tell(invocation.Printer, point, entry, path);
        }
    }

    private static void Tell(Printer printer, PointDescription point, ListedEntry entry, string path)
    {
        printer.Line(
            $"{Words.Time(point.ReceivedAt)}  {Words.Short(point.Id.ToString())}  {EntryWords.Line(entry, path)}");
        printer.Event("entry", json =>
        {
            EntryWords.Write(json, entry);
            json.WriteString("point"u8, point.Id.ToString());
            json.WriteString("receivedAt"u8, Words.Iso(point.ReceivedAt));
        });
    }
}
