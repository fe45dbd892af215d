using System.Text;
using Coffer.Agent.Browsing;
using Coffer.Agent.LocalPoints;
using Coffer.Agent.Restores.Local;
using Coffer.Cli.Commands.Points;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Contracts.Jobs;
using Coffer.Domain;
using Coffer.FileSystem.Mounts;

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
        var own = OwnFoldersOf(invocation);
        var vaults = new VaultsHere();
        foreach (byte[] path in request.TargetFolder is { } target ? [target] : request.Paths)
            OwnFolders.Refuse(invocation, path, [.. own, .. vaults.Around(path)]);
        foreach (byte[] path in request.Paths)
            RequireKind(request.Mounts.Of(AbsolutePath.FromKey(AbsolutePath.ToKey(path))), path);
        var listing = await LocalPointsHere.FindAsync(invocation, request.Mounts);
        request = request with { OwnFolders = own, Points = Chosen(invocation, listing), IsVault = vaults.IsOne };
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
        foreach (byte[] vault in vaults.Met)
            invocation.Printer.Warning("local-point.vault", $"{PathText.Render(vault)} is a vault of Coffer and was"
                + " passed over: an older one in its place would lose its points. With --to it comes back elsewhere.");
        bool isShort = vaults.Met.Count > 0 && summary.State == JobState.Completed;
        return Outcome.Of(isShort ? JobState.CompletedWithWarnings : summary.State, json =>
        {
            json.WriteBoolean("isLocal"u8, true);
            summary.Write(json);
        });
    }

    /// <summary>A home that is damaged is when local points are needed most.</summary>
    private static IReadOnlyList<byte[]> OwnFoldersOf(Invocation invocation)
    {
        var home = invocation.Home;
        try
        {
            return home.NeverBackedUp(home.ReadMachine()?.Place.Folder);
        }
        catch (Exception e) when (e is FaultException or CorruptionException)
        {
            var fault = Faults.Of(e);
            invocation.Printer.Remark(fault.Code, $"{fault.Message} The restore goes on without it.");
            string[] usual = [home.Folder, home.DefaultCacheFolder, home.DefaultVaultFolder];
            return [.. usual.Select(Encoding.UTF8.GetBytes)];
        }
    }

    /// <exception cref="FaultException"><c>local-point.volume</c>.</exception>
    private static void RequireKind(Mount mount, byte[] path)
    {
        if (mount.FileSystemType is "btrfs" or "zfs") return;
        throw FaultException.Usage("local-point.volume",
            $"{PathText.Render(path)} lies on {mount.FileSystemType} ({PathText.Render(mount.MountPoint)}): local"
                + " points exist only on btrfs and ZFS.",
            "Restore it without --local, from the vault.");
    }

    private static IReadOnlyList<LocalPoint> Chosen(Invocation invocation, LocalPointListing listing)
    {
        if (listing.Points.Count == 0 && listing.Problems.Count > 0)
            throw FaultException.Failed("local-point.unseen", "There is no local point that this user can see.",
                "Run as root.");
        var now = invocation.Time.GetUtcNow();
        if (invocation.Value(SharedOptions.At) is { } at)
            return LocalPlan.Newest(listing.Points, ChosenPoints.TimeOf(at), now);
        string name = invocation.Value(SharedOptions.Point)!;
        return name == "latest"
            ? LocalPlan.Newest(listing.Points, null, now)
            : LocalPlan.Named(listing.Points, name);
    }
}
