using Coffer.Agent.LocalPoints;
using Coffer.Agent.Restores.Local;
using Coffer.Cli.Commands.Points;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;

namespace Coffer.Cli.Commands.Restores;

/// <summary>
/// <c>coffer restore --local</c>. No vault is opened and no lock taken, so it works while a backup runs; nor is it a
/// job, as the vault that would list it is not asked.
/// </summary>
internal static class LocalRestore
{
    /// <param name="request">Without its points.</param>
    public static async Task<Outcome> RunAsync(Invocation invocation, LocalRestoreRequest request)
    {
        var own = invocation.Home.NeverBackedUp(invocation.Home.ReadMachine()?.Place.Folder);
        if (request.TargetFolder is { } target) OwnFolders.Refuse(target, own);
        else foreach (byte[] path in request.Paths) OwnFolders.Refuse(path, own);
        var listing = await LocalPointsHere.FindAsync(invocation, request.Mounts);
        request = request with { OwnFolders = own, Points = Chosen(invocation, listing.Points) };
        var used = LocalPlan.PointsOf(request);
        RestoreSummary summary;
        using (var progress = new RestoreProgressPrinter(invocation.Printer, invocation.Time))
        {
            var run = new LocalRestoreRun(request, invocation.Time);
            var result = await run.RunAsync(progress, invocation.Cancellation);
            summary = new RestoreSummary(
                request.TargetFolder, request.IsDryRun, [.. used.Select(RestoreOrigin.Of)], result);
        }

        summary.Print(invocation.Printer);
        return Outcome.Of(summary.State, json =>
        {
            json.WriteBoolean("isLocal"u8, true);
            summary.Write(json);
        });
    }

    private static IReadOnlyList<LocalPoint> Chosen(Invocation invocation, IReadOnlyList<LocalPoint> points)
    {
        if (invocation.Value(SharedOptions.At) is { } at) return LocalPlan.Newest(points, ChosenPoints.TimeOf(at));
        string name = invocation.Value(SharedOptions.Point)!;
        return name == "latest" ? LocalPlan.Newest(points, null) : LocalPlan.Named(points, name);
    }
}
