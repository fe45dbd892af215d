using Coffer.Turmoil.Places;

namespace Coffer.Turmoil.Working;

/// <summary>
/// The process that is killed: opens the vault and does everything at once in it, until it dies or its input ends.
/// </summary>
internal static class Worker
{
    /// <summary>All wait for the disk at times, and none must wait for the pool to grow.</summary>
    private const int Threads = 32;

    private const int Failed = 70;

    public static async Task<int> RunAsync(string root, int seed)
    {
        ThreadPool.SetMinThreads(Threads, Threads);
        var site = Site.Open(root);
        using var ledger = Ledger.Open(site.Ledger);
        using var stop = new CancellationTokenSource();
        await using (var vault = await site.OpenVaultAsync(stop.Token))
        {
            ledger.Count("openings");
            var crew = new Crew(site, vault, ledger, seed, stop.Token);
            _ = Task.Run(() => StopAtEndOfInput(stop), stop.Token);
            // Each ends by itself when told to, also where that was before it began.
            await Task.WhenAll(
                Works(crew).Select(work => Task.Run(() => GuardAsync(work, ledger), CancellationToken.None)));
        }
        ledger.Count("closings");
        return 0;
    }

    private static IEnumerable<Func<Task>> Works(Crew crew)
    {
        int worker = 0;
        for (int machine = 0; machine < Site.Machines; machine++)
            yield return new Backups(crew, machine, crew.RandomOf(worker++)).RunAsync;
        for (int restorer = 0; restorer < 2; restorer++)
            yield return new Restores(crew, restorer, crew.RandomOf(worker++)).RunAsync;
        for (int keeper = 0; keeper < Keepers.Count; keeper++)
            yield return new Keepers(crew, keeper, crew.RandomOf(worker++)).RunAsync;
        yield return new Collections(crew, crew.RandomOf(worker++), inSlices: false).RunAsync;
        yield return new Collections(crew, crew.RandomOf(worker++), inSlices: true).RunAsync;
        yield return new Scrubs(crew, crew.RandomOf(worker++), inSlices: false).RunAsync;
        yield return new Scrubs(crew, crew.RandomOf(worker++), inSlices: true).RunAsync;
        yield return new Checks(crew, crew.RandomOf(worker)).RunAsync;
    }

    private static async Task GuardAsync(Func<Task> work, Ledger ledger)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
        catch (Exception e)
        {
            ledger.Fault($"{work.Target!.GetType().Name}: {e}");
            Environment.Exit(Failed);
        }
    }

    private static void StopAtEndOfInput(CancellationTokenSource stop)
    {
        Console.In.ReadToEnd();
        stop.Cancel();
    }
}
