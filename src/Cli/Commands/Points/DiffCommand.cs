using System.CommandLine;
using Coffer.Agent.Browsing;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.FileSystem;

namespace Coffer.Cli.Commands.Points;

/// <summary><c>coffer diff POINT POINT [PATH]</c>: what changed between two points of one data source.</summary>
internal sealed class DiffCommand : ReadingCommand
{
    private readonly Argument<string> _older = new("POINT") { Description = "The first point" };
    private readonly Argument<string> _newer = new("POINT2") { Description = "The other point, or latest" };
    private readonly Argument<string?> _path = new("PATH")
    {
        Description = "Only what lies here",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public DiffCommand()
        : base("diff", "Show what changed between two recovery points",
            "coffer diff 4f1c09ab latest", "coffer diff 4f1c09ab 77e2a0c4 /home/ann")
    {
        Add(_older);
        Add(_newer);
        Add(_path);
    }

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        await using var points = await ChosenPoints.OpenAsync(invocation, "coffer diff");
        var (one, two) = Both(points.All, invocation.Value(_older)!, invocation.Value(_newer)!);
        var older = await PointBrowser.OpenAsync(points.Pages, one, invocation.Cancellation);
        var newer = await PointBrowser.OpenAsync(points.Pages, two, invocation.Cancellation);
        byte[] folder = invocation.Value(_path) is { } path ? BelowVolume(invocation, newer, path) : [];
        if (folder.Length > 0) await RequireAsync(invocation, older, newer, folder);
        long added = 0, removed = 0, changed = 0;
        await foreach (var change in PointDiff.CompareAsync(older, newer, folder, invocation.Cancellation))
        {
            if ((change.Kinds & ChangeKinds.Added) != 0) added++;
            else if ((change.Kinds & ChangeKinds.Removed) != 0) removed++;
            else changed++;
            Tell(invocation.Printer, change);
        }

        invocation.Printer.Line(
            $"{Words.Count(added)} added, {Words.Count(removed)} removed, {Words.Count(changed)} changed");
        return new Outcome(ExitCode.Completed, json =>
        {
            json.WriteNumber("added"u8, added);
            json.WriteNumber("removed"u8, removed);
            json.WriteNumber("changed"u8, changed);
        });
    }

    private static (PointDescription, PointDescription) Both(
        IReadOnlyList<PointDescription> all, string first, string second)
    {
        if (first == "latest" && second == "latest") second = PointChooser.Latest(all)[0].Id.ToString();
        var one = first == "latest" ? Newest(all, PointChooser.One(all, second)) : PointChooser.One(all, first);
        var two = second == "latest" ? Newest(all, one) : PointChooser.One(all, second);
        return one.Source == two.Source ? (one, two) : throw FaultException.Usage("diff.sources",
            $"The points are of different data sources, {one.SourceLabel} and {two.SourceLabel}.",
            "Compare two points of one; `coffer point list` shows which is which.");
    }

    private static PointDescription Newest(IReadOnlyList<PointDescription> all, PointDescription like) =>
        PointChooser.Latest(all.Where(point => point.Source == like.Source && point.Machine == like.Machine))[0];

    private static byte[] BelowVolume(Invocation invocation, PointBrowser point, string path)
    {
        byte[] key = AbsolutePath.ToKey(invocation.Raw.PlainPathOf(path));
        return PathOrder.IsWithin(key, point.MountKey)
            ? AbsolutePath.Below(key, point.MountKey).ToArray()
            : throw FaultException.Usage(
                "path.not-in-point", $"{path} does not lie in {AbsolutePath.Render(point.MountKey)}.",
                "Name a path of the data source that the points are of.");
    }

    private static async Task RequireAsync(
        Invocation invocation, PointBrowser older, PointBrowser newer, byte[] path)
    {
        if (await newer.FindAsync(path, invocation.Cancellation) is not null
            || await older.FindAsync(path, invocation.Cancellation) is not null)
            return;
        string shown = AbsolutePath.Render(AbsolutePath.Join(newer.MountKey, path));
        throw FaultException.Usage("path.not-in-point", $"Neither point holds {shown}.",
            $"`coffer versions {PathText.AsWord(shown)}` tells which points hold it.");
    }

    private static void Tell(Printer printer, PointChange change)
    {
        string path = PathText.Render(change.Path);
        char sign = (change.Kinds & ChangeKinds.Added) != 0 ? '+'
            : (change.Kinds & ChangeKinds.Removed) != 0 ? '-'
            : '*';
        string kinds = sign == '*' ? $"  [{KindsOf(change.Kinds)}]" : "";
        printer.Line($"{sign} {path}{kinds}");
        printer.Event("change", json =>
        {
            json.WriteString("path"u8, path);
            json.WriteString("kinds"u8, KindsOf(change.Kinds));
        });
    }

    private static string KindsOf(ChangeKinds kinds) => kinds.ToString().ToLowerInvariant();
}
