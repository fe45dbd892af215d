using Coffer.Vault.Collecting;

namespace Coffer.Turmoil.Working;

/// <summary>Collects garbage: all of it, or a slice as after a backup.</summary>
internal sealed class Collections(Crew crew, Random random, bool inSlices)
{
    private const int LongestSlice = 60;

    public async Task RunAsync()
    {
        while (!crew.Stop.IsCancellationRequested)
        {
            await crew.PauseAsync(random, 1200);
            int left = inSlices ? random.Next(LongestSlice) : int.MaxValue;
            foreach (var report in crew.Vault.Collect(new CollectionRules(), () => left-- > 0)) Tell(report);
        }
    }

    private void Tell(CollectionReport report)
    {
        if (report.Stopped is { } why) throw new TurmoilException($"collection stopped: {why}");
        crew.Ledger.Count(report.IsDone ? "collections" : "slices-of-collection");
        if (report.Condemned > 0) crew.Ledger.Count("condemned", report.Condemned);
        if (report.RemovedPacks > 0) crew.Ledger.Count("removed-packs", report.RemovedPacks);
        if (report.CopiedBytes > 0) crew.Ledger.Count("copied-bytes", report.CopiedBytes);
    }
}
