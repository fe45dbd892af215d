using System.CommandLine;
using Coffer.Agent.LocalPoints;
using Coffer.Agent.Restores.Local;
using Coffer.Cli.Compose.Inputs;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.FileSystem.Mounts;

namespace Coffer.Cli.Commands.Points;

/// <summary>
/// <c>coffer point remove ID..</c>: takes local points off this machine. A point of the vault has no such verb: it ends
/// by its policy.
/// </summary>
internal sealed class PointRemoveCommand : CofferCommand
{
    private readonly Argument<string[]> _points = new("POINT")
    {
        Description = "Ids of local points, or the beginning of them; `coffer point list --local` shows them",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _yes = new("--yes") { Description = "Do not ask" };

    public PointRemoveCommand()
        : base("remove", "Remove local points from this machine; those of the vault end by their policy",
            "coffer point remove 3f9a02c1", "coffer point remove 3f9a 77d0 --yes --json")
    {
        Add(_points);
        Add(_yes);
    }

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        var all = (await LocalPointsHere.FindAsync(invocation, MountTable.Read())).Distinct;
        LocalPoint[] points =
            [.. invocation.Value(_points)!.Select(id => LocalPlan.Named(all, id)[0]).DistinctBy(point => point.Name)];
        foreach (var point in points)
            invocation.Printer.Line($"{point.Name.Id}  {Words.Time(point.Name.TakenAt)}  {point.Place}");
        if (!invocation.Value(_yes) && !await IsMeantAsync(invocation, points.Length))
            return new Outcome(ExitCode.Cancelled);
        foreach (var point in points) await point.RemoveAsync(invocation.Cancellation);
        invocation.Printer.Line($"Removed {Words.Count(points.Length, "local point")}.");
        return new Outcome(ExitCode.Completed, json =>
        {
            json.WriteStartArray("removed"u8);
            foreach (var point in points) json.WriteStringValue(point.Name.ToString());
            json.WriteEndArray();
        });
    }

    private static async Task<bool> IsMeantAsync(Invocation invocation, int count)
    {
        if (!invocation.Printer.CanAsk)
            throw FaultException.Usage(
                "point.unconfirmed", "There is nobody to ask whether these local points are to be removed.",
                "Look at them with `coffer point list --local`, then say --yes.");
        return await Question.AgreesAsync(
            invocation, $"{(count == 1 ? "It goes" : "They go")} for good; the vault's points stay. Remove?",
            isUsual: false);
    }
}
