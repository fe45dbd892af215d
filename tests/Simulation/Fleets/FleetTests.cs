using Coffer.Simulation.Restarts;
using Coffer.Simulation.Scenarios;
using Coffer.Vault;
using Coffer.Vault.Opening;
using Coffer.Vault.Points;

namespace Coffer.Simulation.Fleets;

/// <summary>
/// Years of many machines in one vault: on every day what the vault has kept is what <see cref="Clerk"/> says. With
/// <c>COFFER_SIMULATION=long</c> 20 machines for three years, else fewer; <c>COFFER_SEED</c> repeats a run.
/// </summary>
public sealed class FleetTests : IDisposable
{
    private static readonly TimeSpan s_softDelete = TimeSpan.FromDays(14);

    private readonly Agent _agent = new();
    private readonly ScratchFolder _folder = new();
    private readonly VirtualTime _time = new();

    public void Dispose()
    {
        _agent.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Retention_YearsOfAFleet_KeepsWhatTheRulesSayOnEveryDay()
    {
        var (machines, days) = SimulationPlan.IsLong ? (20, 3 * 365) : (4, 365);
        int seed = SimulationPlan.Seed;
        var from = VirtualTime.Start;
        var lives = Enumerable.Range(0, machines)
            .Select(number => new MachineLife(number, seed, from.AddHours(1), from.AddDays(days))).ToList();
        string folder = _folder.Make("fleet");
        EmbeddedVault.Create(folder, "fleet", _time);
        await using (var embedded = await EmbeddedVault.OpenAsync(folder, Options, default))
            await embedded.RegisterAsync(_agent.Registration, default);
        using var vault = await VaultOpening.OpenAsync(folder, Options, default);
        var fleet = new Fleet(vault, _time, _agent.Keys.Keyspace, lives);

        for (int day = 1; day <= days; day++)
        {
            fleet.LiveUntil(from.AddDays(day));
            new PointShelf(vault).RunDue(s_softDelete);
            fleet.ShouldBeAsTheClerksSay($"seed {seed}");
        }
        int events = lives.Sum(life => life.Events.Count);
        Console.WriteLine($"simulation: {days} days of {machines} machines, {events} events");
    }

    private VaultOpenOptions Options => new()
    {
        Time = _time,
        Clock = new MachineClock("boot 1", () => _time.Now - VirtualTime.Start),
        WaitLimit = TimeSpan.Zero,
        Purpose = "simulation",
        ReserveBytes = 0,
    };
}
