namespace Coffer.Turmoil.Working;

/// <summary>Reads the packs again; nothing here damages any, so there is nothing to find.</summary>
internal sealed class Scrubs(Crew crew, Random random, bool inSlices)
{
    private const int LongestSlice = 12;

    public async Task RunAsync()
    {
        while (!crew.Stop.IsCancellationRequested)
        {
            await crew.PauseAsync(random, 2500);
            int left = inSlices ? random.Next(LongestSlice) : int.MaxValue;
            var report = crew.Vault.Scrub(null, null, () => left-- > 0);
            if (report.Findings.Count > 0)
                throw new TurmoilException($"scrub found {string.Join('\n', report.Findings)}");
            crew.Ledger.Count("scrubbed-packs", report.Packs);
            crew.Ledger.Count(report.IsDone ? "scrub-passes" : "slices-of-scrub");
        }
    }
}
