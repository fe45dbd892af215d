// Does a vault bear many machines at once, and fairly?
//   Coffer.Fleet CREDENTIALS SPOOL MACHINES MIB
// Registers MACHINES simulated machines, then has all of them at once make a first backup of MIB MiB and an incremental
// one of a quarter of that. Files on their way lie in the folder SPOOL. Exit code 1: a backup failed.
using System.Diagnostics;
using System.Globalization;
using Coffer.Contracts.Wire;
using Coffer.Fleet;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is not [var file, var spool, var machines, var mebibytes]) return 2;
var credentials = WireMessage.Decode(await File.ReadAllBytesAsync(file), WireJson.Default.CredentialsFile, file);
int count = int.Parse(machines), chunks = int.Parse(mebibytes) * 4;
var fleet = new Machine[count];
await Parallel.ForEachAsync(Enumerable.Range(0, count), async (i, cancel) =>
    fleet[i] = await Machine.RegisterAsync(credentials, $"machine-{i}", spool, cancel));
Console.WriteLine($"{count} machines are registered; all begin now");

long started = Stopwatch.GetTimestamp();
var runs = await Task.WhenAll(fleet.Select(machine => Task.Run(() => machine.RunAsync(chunks, chunks / 4))));
var took = Stopwatch.GetElapsedTime(started);
foreach (var machine in fleet) await machine.DisposeAsync();

long bytes = runs.Sum(run => run.Bytes);
Console.WriteLine($"{runs.Sum(run => run.Backups)} backups in {took.TotalSeconds:F1} s, {bytes / 1e6:F0} MB, "
    + $"{bytes / 1e6 / took.TotalSeconds:F0} MB/s");
Tell("first backup", [.. runs.Select(run => run.First).OfType<double>()]);
Tell("incremental", [.. runs.Select(run => run.Second).OfType<double>()]);
foreach (var failure in runs.Select(run => run.Failure).OfType<string>().GroupBy(text => text))
    Console.WriteLine($"FAILED {failure.Count()} x: {failure.Key}");
return runs.Any(run => run.Failure is not null) ? 1 : 0;

// Fairness after Jain: 1 where all had the same rate, 1/n where one had all of it.
static void Tell(string what, double[] seconds)
{
    if (seconds.Length == 0) return;
    Array.Sort(seconds);
    double sum = seconds.Sum(each => 1 / each), squares = seconds.Sum(each => 1 / (each * each));
    Console.WriteLine($"{what}: least {seconds[0]:F1}, median {seconds[seconds.Length / 2]:F1}, 95 % "
        + $"{seconds[seconds.Length * 95 / 100]:F1}, most {seconds[^1]:F1} s; "
        + $"fairness {sum * sum / squares / seconds.Length:F3}");
}
