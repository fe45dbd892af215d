using System.Diagnostics;
using Coffer.Turmoil.Places;

namespace Coffer.Turmoil;

/// <summary>Starts the worker, kills it after a while, and starts it again, until the time is over.</summary>
internal sealed class TurmoilRun(Site site, int seed)
{
    private const int ShortestMilliseconds = 200, LongestMilliseconds = 8000;

    /// <summary>One of so many is not killed but told to end, and must.</summary>
    private const int EndsEvery = 8;

    private static readonly TimeSpan EndLimit = TimeSpan.FromMinutes(2);

    private readonly Random _random = new(seed);

    /// <summary>How long a run of some length may take where the machine is slow, or busy with other things.</summary>
    public static TimeSpan Longest(TimeSpan length) => (length * 2) + TimeSpan.FromMinutes(3);

    public int Kills { get; private set; }

    public int Ends { get; private set; }

    /// <param name="isEnough">
    /// Asked of the ledger: no lets it go on over its time, though not beyond <see cref="Longest"/>.
    /// </param>
    public async Task RunAsync(TimeSpan length, Func<Ledger, bool> isEnough, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        bool GoesOn() => Stopwatch.GetElapsedTime(start) < length
            || (Stopwatch.GetElapsedTime(start) < Longest(length) && !isEnough(Ledger.Read(site.Ledger)));
        for (int life = 0; GoesOn(); life++)
        {
            int milliseconds = _random.Next(ShortestMilliseconds, LongestMilliseconds);
            bool isKilled = _random.Next(EndsEvery) > 0;
            await LiveAsync(seed + life, TimeSpan.FromMilliseconds(milliseconds), isKilled, cancellationToken);
            Directory.Delete(site.Scratch, recursive: true);
            Directory.CreateDirectory(site.Scratch);
        }
    }

    private async Task LiveAsync(int seedOfLife, TimeSpan length, bool isKilled, CancellationToken cancellationToken)
    {
        using var worker = Start(seedOfLife);
        var errors = worker.StandardError.ReadToEndAsync(cancellationToken);
        await Task.WhenAny(worker.WaitForExitAsync(cancellationToken), Task.Delay(length, cancellationToken));
        // Where it is over already, it has found something.
        if (!worker.HasExited)
        {
            if (isKilled)
            {
                worker.Kill();
                await worker.WaitForExitAsync(cancellationToken);
                Kills++;
                return;
            }
            worker.StandardInput.Close();
            if (!worker.WaitForExit(EndLimit)) worker.Kill();
            Ends++;
        }
        await worker.WaitForExitAsync(cancellationToken);
        if (worker.ExitCode == 0) return;
        var told = Ledger.Read(site.Ledger).Faults;
        Assert.Fail($"The worker with seed {seedOfLife} ended with {worker.ExitCode} in {site.Root}:\n"
            + string.Join('\n', told) + "\n" + await errors);
    }

    private Process Start(int seedOfLife) => Process.Start(
        new ProcessStartInfo(
            Environment.ProcessPath!, [Program.WorkerArgument, site.Root, $"{seedOfLife}"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
        })!;
}
