using System.CommandLine;
using Coffer.Agent.Browsing;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.FileSystem;

namespace Coffer.Cli.Commands.Points;

/// <summary><c>coffer ls [PATH]</c>: a folder of a point, its data sources joined.</summary>
internal sealed class LsCommand : ReadingCommand
{
    private readonly Argument<string> _path = new("PATH")
    {
        Description = "A folder or file as it was; / where left out",
        DefaultValueFactory = static _ => "/",
    };

    private readonly Option<bool> _recursive = new("--recursive", "-R") { Description = "All below it too" };

    public LsCommand()
        : base("ls", "List what a recovery point holds",
            "coffer ls /home/ann", "coffer ls -R /home/ann --at 2026-03-01", "coffer ls / --point 4f1c09ab")
    {
        Add(_path);
        Add(_recursive);
        AddChoice();
    }

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        await using var points = await ChosenPoints.OpenAsync(invocation, "coffer ls");
        var tree = await points.TreeAsync(invocation);
        byte[] path = invocation.Raw.PlainPathOf(invocation.Value(_path)!);
        bool isDeep = invocation.Value(_recursive);
        var entries = isDeep
            ? tree.ListAllAsync(path, invocation.Cancellation)
            : tree.ListAsync(path, invocation.Cancellation);
        long count = 0;
        await foreach (var entry in entries)
        {
            count++;
            if (invocation.Printer.IsJson) invocation.Printer.Event("entry", json => EntryWords.Write(json, entry));
            else invocation.Printer.Line(EntryWords.Line(entry, PathText.Render(isDeep ? entry.Path : entry.Name)));
        }

        return new Outcome(ExitCode.Completed, json => json.WriteNumber("entries"u8, count));
    }
}
