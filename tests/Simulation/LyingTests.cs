using System.Diagnostics;
using Coffer.Simulation.Lying;
using Coffer.Simulation.Restarts;
using Coffer.Simulation.Scenarios;

namespace Coffer.Simulation;

/// <summary>
/// A disk that fails or lies, at any request: what was begun ends in a clear fault or is done all the same, and nothing
/// promised is lost.
/// </summary>
public sealed class LyingTests
{
    public static TheoryData<string> Scenarios => CrashTests.Scenarios;

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Scenario_OnALyingDisk_EndsClearlyAndKeepsWhatWasPromised(string name)
    {
        long start = Stopwatch.GetTimestamp();
        using var agent = CrashTests.NewAgent();
        using var rehearsal = await Rehearsal.RecordAsync(Scenario.Named(name), agent, SimulationPlan.Seed);
        var failures = new List<string>();
        int told = 0;
        foreach (var kind in SimulationPlan.Lies(name)) told += await TellAsync(rehearsal, kind, failures);
        Console.WriteLine(
            $"simulation: {name}: {told} lies, seed {SimulationPlan.Seed}, "
            + $"{Stopwatch.GetElapsedTime(start).TotalSeconds:f1} s");
        failures.ShouldBeEmpty();
    }

    // Until there is no request left to answer so.
    private static async Task<int> TellAsync(
        Rehearsal rehearsal, IEnumerable<LiePlan> kind, List<string> failures)
    {
        int told = 0;
        foreach (var plan in kind)
        {
            try
            {
                if (!await rehearsal.TryAsync(plan)) break;
                told++;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                failures.Add($"\nCOFFER_SEED={SimulationPlan.Seed} COFFER_LIE='{plan}' repeats it.\n{e}");
                if (failures.Count >= CrashTests.ToldFailures) break;
            }
        }
        return told;
    }
}
