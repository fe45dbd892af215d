using Coffer.Domain;
using Coffer.Turmoil.Judging;

namespace Coffer.Turmoil.Working;

/// <summary>Restores any point, or a folder of it, and compares what came back.</summary>
internal sealed class Restores(Crew crew, int number, Random random)
{
    public async Task RunAsync()
    {
        for (int count = 0; !crew.Stop.IsCancellationRequested; count++)
        {
            await crew.PauseAsync(random, 500);
            if (crew.AnyPoint(random) is not { } point) continue;
            string target = Path.Combine(crew.Site.Scratch, $"restore-{number}-{count}");
            await TryRestoreAsync(point, target);
            if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
        }
    }

    private async Task TryRestoreAsync(ObjectId point, string target)
    {
        try
        {
            var restored = new RestoredPoint(crew.Site, crew.Vault, point, crew.Ledger.Of(point)!);
            var wrong = await restored.DifferencesAsync(target, random, crew.Stop);
            if (wrong.Count > 0) crew.Judge(point, string.Join('\n', wrong));
            else crew.Ledger.Count("restores");
        }
        catch (Exception e) when (e is FaultException or CorruptionException)
        {
            crew.Judge(point, e.ToString());
        }
    }
}
