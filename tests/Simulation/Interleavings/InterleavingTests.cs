using Coffer.Simulation.Restarts;
using Coffer.Simulation.Scenarios;

namespace Coffer.Simulation.Interleavings;

/// <summary>Backups, deletions and collection in every order of a few turns, and in many orders of many.</summary>
public sealed class InterleavingTests : IDisposable
{
    private const int MovesOfWalk = 16;

    private readonly Agent _agent = new();
    private readonly Dictionary<bool, WorldImage> _images = [];

    public void Dispose() => _agent.Dispose();

    /// <summary>Orders that are known to be delicate, from a vault of which one point was purged.</summary>
    [Theory]
    [InlineData("open, ask, collect, a day, collect, commit")]
    [InlineData("open, ask, collect, commit, a day, collect")]
    [InlineData("collect, open, ask, commit, a day, collect")]
    [InlineData("collect, open, send, commit, close, a day, collect")]
    [InlineData("open, ask, collect, commit in its middle, a day, collect")]
    [InlineData("open, collect, send in its middle, commit, a day, collect, a day, collect")]
    [InlineData("collect a part, open, ask, commit, close, collect, a day, collect")]
    [InlineData("collect a part, open, send, collect, commit, a day, collect")]
    [InlineData("delete, collect, undelete, a day, collect")]
    [InlineData("collect, a day, open, send, send, collect, commit")]
    [InlineData("collect, reopen, open, commit, a day, reopen, collect")]
    [InlineData("read, drop, collect, a day, collect, read on, end reading")]
    [InlineData("read, drop, collect, a day, reopen, collect, a day, collect, read on")]
    [InlineData("drop, collect, back up, read, a day, collect, read on")]
    [InlineData("open, ask, take over, collect, a day, collect, the older commits")]
    [InlineData("open, ask, take over, the older sends, collect, the older ends, a day, collect, the older commits")]
    [InlineData("open, take over, open, ask, the older sends, the older ends, commit, reopen")]
    [InlineData("copy the tables, back up, drop, old catalog back, collect, a day, collect")]
    [InlineData("copy the tables, collect, a day, back up, collect, old tables back, a day, collect")]
    [InlineData("collect, a day, copy the tables, collect, back up, old tables back, a day, collect, back up")]
    [InlineData("back up, drop, back up poisoned, a week, collect, a day, collect, read, read on")]
    [InlineData("back up, back up poisoned, drop, a week, collect, a day, collect, back up")]
    [InlineData("the other machine opens, ask, collect, a day, collect, commit")]
    [InlineData("open, send apart, send twice, commit twice, close, a week, collect, a day, collect")]
    public async Task DelicateOrders_LoseNothing(string moves) =>
        (await FailureAsync(isFirstPurged: true, Parse(moves))).ShouldBeNull();

    [Fact]
    public async Task EveryOrderOfAFewTurns_LosesNothing()
    {
        foreach (var (turns, sampled, few) in Move.Few)
        {
            int length = SimulationPlan.IsLong ? turns : sampled, tried = 0;
            foreach (bool isFirstPurged in (bool[])[true, false])
            {
                foreach (var moves in Orders(few, length))
                {
                    tried++;
                    (await FailureAsync(isFirstPurged, moves)).ShouldBeNull();
                }
            }

            Console.WriteLine($"simulation: {tried} orders of {length} turns out of {few.Count}");
        }
    }

    [Fact]
    public async Task RandomOrdersOfManyTurns_LoseNothing()
    {
        int walks = SimulationPlan.IsLong ? 1000 : 60;
        var random = new Random(SimulationPlan.Seed);
        for (int walk = 0; walk < walks; walk++)
        {
            Move[] moves = [.. Enumerable.Range(0, MovesOfWalk).Select(_ => Move.All[random.Next(Move.All.Count)])];
            (await FailureAsync(random.Next(2) == 0, moves)).ShouldBeNull($"COFFER_SEED={SimulationPlan.Seed}");
        }

        Console.WriteLine($"simulation: {walks} orders of {MovesOfWalk} turns, seed {SimulationPlan.Seed}");
    }

    [Fact]
    public async Task RemovalThatForgetsTheSessions_IsCaught() => (await FailureAsync(
        isFirstPurged: true, Parse("open, ask, collect, a day, collect, commit"), new ForgottenSessions()))
        .ShouldNotBeNull().ShouldContain("told are present");

    [Fact]
    public async Task RemovalThatForgetsTheReaders_IsCaught() => (await FailureAsync(
        isFirstPurged: true, Parse("read, drop, collect, a day, collect, read on"), new ForgottenSessions()))
        .ShouldNotBeNull().ShouldContain("is gone");

    /// <summary>Among the removals of a collection, whose mark knows nothing of the point.</summary>
    [Fact]
    public async Task CommitThatLiftsNothing_IsCaught()
    {
        int caught = 0;
        for (int step = 0; step < 16; step++)
        {
            List<Move> moves = [.. Parse("collect, a day, open"), Move.CommitInCollection(step)];
            (await FailureAsync(isFirstPurged: true, moves)).ShouldBeNull();
            if (await FailureAsync(isFirstPurged: true, moves, new CommitThatLiftsNothing()) is { } failure)
            {
                failure.ShouldContain("is gone");
                caught++;
            }
        }

        caught.ShouldBePositive();
    }

    /// <summary>The vault itself: a point without its root stops collection, so nothing of it goes.</summary>
    [Fact]
    public async Task CommitThatAddsNoRoot_IsCaught() => (await FailureAsync(
        isFirstPurged: true, Parse("open, commit, close, a week, collect, a day, collect"), new RootlessCommit()))
        .ShouldNotBeNull().ShouldContain("Stopped");

    private async Task<string?> FailureAsync(
        bool isFirstPurged, IReadOnlyList<Move> moves, ISabotage? sabotage = null)
    {
        var done = new List<Move>();
        if (!_images.TryGetValue(isFirstPurged, out var image))
            _images[isFirstPurged] = image = await World.MakeAsync(_agent, isFirstPurged);
        await using var world = await World.BeginAsync(_agent, image, sabotage);
        try
        {
            foreach (var move in moves)
            {
                if (!move.IsPossible(world)) continue;
                done.Add(move);
                await move.Do(world);
            }

            await world.ShouldHaveAllPointsAsync();
            if (sabotage is null) await world.ShouldEndEmptyAsync();
            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return $"one point purged at the start: {isFirstPurged}; then {string.Join(", ", done)}:\n{e}";
        }
    }

    private static IEnumerable<Move[]> Orders(IReadOnlyList<Move> few, int length)
    {
        if (length == 0) return [[]];
        return Orders(few, length - 1).SelectMany(start => few.Select(move => (Move[])[.. start, move]));
    }

    // The names of some moves hold commas.
    private static List<Move> Parse(string text)
    {
        var moves = new List<Move>();
        while (text.Length > 0)
        {
            var move = Move.All.Where(m => text.StartsWith(m.Name, StringComparison.Ordinal)).MaxBy(m => m.Name.Length);
            moves.Add(move ?? throw new ArgumentException(text));
            text = text[move.Name.Length..].TrimStart(',', ' ');
        }

        return moves;
    }
}
