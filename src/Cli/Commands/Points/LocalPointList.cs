using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.FileSystem.Mounts;

namespace Coffer.Cli.Commands.Points;

/// <summary><c>coffer point list --local</c>: the snapshots that stay on this machine.</summary>
internal static class LocalPointList
{
    public static async Task<Outcome> RunAsync(Invocation invocation)
    {
        var listing = await LocalPointsHere.FindAsync(invocation, MountTable.Read());
        var points = listing.Distinct;
        var table = new TextTable("TAKEN", "POINT", "KIND", "NOTES", "OF", "LIES IN");
        foreach (var point in points)
        {
            table.Add(Words.Time(point.Name.TakenAt), point.Name.Id, point.Kind,
                point.IsBeingBackedUp ? "being backed up" : "", point.Label, point.Place);
            invocation.Printer.Event("localPoint", json =>
            {
                json.WriteString("point"u8, point.Name.Id);
                json.WriteString("name"u8, point.Name.ToString());
                json.WriteString("source"u8, point.Name.Source.ToString());
                json.WriteString("label"u8, point.Label);
                json.WriteString("takenAt"u8, Words.Iso(point.Name.TakenAt));
                json.WriteString("kind"u8, point.Kind);
                json.WriteString("place"u8, point.Place);
                json.WriteBoolean("isBeingBackedUp"u8, point.IsBeingBackedUp);
            });
        }

        if (points.Count > 0) table.Print(invocation.Printer);
        else if (listing.Problems.Count > 0) invocation.Printer.Line("There is no local point that this user can see.");
        else invocation.Printer.Line("There is no local point. `coffer settings set local-points 1` keeps one from the"
            + " next backup on, where the volume can.");
        return new Outcome(ExitCode.Completed, json => json.WriteNumber("localPoints"u8, points.Count));
    }
}
