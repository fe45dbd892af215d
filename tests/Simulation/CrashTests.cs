using System.Diagnostics;
using Coffer.Simulation.Restarts;
using Coffer.Simulation.Scenarios;

namespace Coffer.Simulation;

/// <summary>Nothing acknowledged is lost, and nothing half done shows, wherever the power goes.</summary>
public sealed class CrashTests
{
    internal const int ToldFailures = 5;

    public static TheoryData<string> Scenarios => [.. Scenario.All
        .Where(scenario => scenario.Name.Contains(SimulationPlan.Scenario, StringComparison.Ordinal))
        .Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Scenario_CrashedAndRestarted_KeepsWhatWasPromised(string name)
    {
        long start = Stopwatch.GetTimestamp();
        using var agent = NewAgent();
        using var rehearsal = await Rehearsal.RecordAsync(Scenario.Named(name), agent, SimulationPlan.Seed);
        var failures = new List<string>();
        int tried = 0;
        foreach (var crash in SimulationPlan.Crashes(name, rehearsal))
        {
            tried++;
            if (await FailureAsync(rehearsal, crash) is { } failure) failures.Add(failure);
            if (failures.Count == ToldFailures) break;
        }
        Console.WriteLine(
            $"simulation: {name}: {tried} crashes at {rehearsal.Positions.Count()} positions, "
            + $"seed {SimulationPlan.Seed}, {Stopwatch.GetElapsedTime(start).TotalSeconds:f1} s");
        failures.ShouldBeEmpty();
    }

    internal static Agent NewAgent()
    {
        Recording.Entropy.IsSeeded.ShouldBeTrue();
        Recording.Entropy.Seed(SimulationPlan.Seed);
        return new Agent();
    }

    internal static async Task<string?> FailureAsync(Rehearsal rehearsal, Crash crash)
    {
        try
        {
            await rehearsal.TryAsync(crash);
            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var around = rehearsal.Events.Skip(crash.Position - 12).Take(Math.Min(12, crash.Position));
            return $"""

                COFFER_SEED={SimulationPlan.Seed} COFFER_CRASH='{crash}' repeats it. What came before:
                {string.Join('\n', around)}
                {e}
                """;
        }
    }
}
