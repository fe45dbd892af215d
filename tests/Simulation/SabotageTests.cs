using Coffer.Simulation.Disks;
using Coffer.Simulation.Restarts;
using Coffer.Simulation.Scenarios;

namespace Coffer.Simulation;

/// <summary>A vault that leaves out one of its syncs is caught: so the simulation would see such a mistake.</summary>
public sealed class SabotageTests
{
    private const string ScenarioName = "incremental";

    [Theory]
    [InlineData("bytes of the store's files")]
    [InlineData("names of the store's files")]
    [InlineData("the catalog")]
    [InlineData("the keyspace file")]
    public async Task Vault_ThatNeverSyncs_IsCaught(string what)
    {
        using var agent = CrashTests.NewAgent();
        using var rehearsal = await Rehearsal.RecordAsync(
            Scenario.Named(ScenarioName), agent, SimulationPlan.Seed,
            (happened, path) => Forgets(what, happened, path));
        int caught = 0;
        foreach (int position in rehearsal.Positions.Where((_, number) => number % 3 == 0))
        {
            var crash = new Crash(ScenarioName, position, Chance.AllLost);
            if (await CrashTests.FailureAsync(rehearsal, crash) is not null) caught++;
        }
        caught.ShouldBePositive();
    }

    private static bool Forgets(string what, DiskEvent happened, string path) => what switch
    {
        "bytes of the store's files" => happened is FileSynced && path.Contains("/store/", StringComparison.Ordinal),
        "names of the store's files" => happened is FolderSynced && path.Contains("/store/", StringComparison.Ordinal),
        "the catalog" => happened is FileSynced && path.Contains("/catalog.db", StringComparison.Ordinal),
        "the keyspace file" => happened is FileSynced && path.Contains("/keyspaces/", StringComparison.Ordinal),
        _ => throw new ArgumentOutOfRangeException(nameof(what)),
    };
}
