using Coffer.Simulation.Disks;
using Coffer.Simulation.Scenarios;

namespace Coffer.Simulation.Restarts;

/// <summary>What is written down is all that happened.</summary>
public sealed class RehearsalTests
{
    [Theory]
    [MemberData(nameof(CrashTests.Scenarios), MemberType = typeof(CrashTests))]
    public async Task Log_PlayedToItsEnd_GivesTheFolderAsItIs(string scenario)
    {
        using var agent = CrashTests.NewAgent();
        using var rehearsal = await Rehearsal.RecordAsync(Scenario.Named(scenario), agent, SimulationPlan.Seed);
        var played = rehearsal.ImageAt(rehearsal.Events.Count, Chance.AllKept);
        var real = DiskImage.Read(rehearsal.Folder);
        played.Files.Remove("lock");
        real.Files.Remove("lock"); // says who writes, to people; nothing relies on it
        played.Folders.ShouldBe(real.Folders);
        played.Files.Keys.ShouldBe(real.Files.Keys);
        foreach (var (path, bytes) in real.Files) played.Files[path].AsSpan().SequenceEqual(bytes).ShouldBeTrue(path);
    }

    [Fact]
    public async Task Log_OfTheSameSeed_IsTheSame()
    {
        var logs = new List<string>();
        for (int time = 0; time < 2; time++)
        {
            using var agent = CrashTests.NewAgent();
            var scenario = Scenario.Named("incremental");
            using var rehearsal = await Rehearsal.RecordAsync(scenario, agent, SimulationPlan.Seed);
            logs.Add(string.Join('\n', rehearsal.Events));
        }
        logs[1].ShouldBe(logs[0]);
    }
}
