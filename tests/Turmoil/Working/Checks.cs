namespace Coffer.Turmoil.Working;

/// <summary>Asks in the midst of all whether every point's graph stands, and what the vault says of itself.</summary>
internal sealed class Checks(Crew crew, Random random)
{
    public async Task RunAsync()
    {
        while (!crew.Stop.IsCancellationRequested)
        {
            await crew.PauseAsync(random, 3000);
            var report = crew.Vault.Check(null, () => true);
            foreach (var hurt in report.Hurt) crew.Judge(hurt.Point, hurt.ToString());
            crew.Ledger.Count("checks");
            if ((await crew.Vault.ReadStatusAsync(crew.Stop)).IsTimeInDoubt)
                throw new TurmoilException("the vault's time is in doubt");
        }
    }
}
