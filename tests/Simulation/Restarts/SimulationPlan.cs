using System.Globalization;
using Coffer.Simulation.Disks;
using Coffer.Simulation.Lying;

namespace Coffer.Simulation.Restarts;

/// <summary>
/// How much is tried: <c>COFFER_SIMULATION=long</c> for every position, <c>COFFER_SEED</c> to repeat a run,
/// <c>COFFER_SCENARIO</c> for some of the scenarios, <c>COFFER_CRASH</c> or <c>COFFER_LIE</c> (as a failure tells it)
/// for a single one.
/// </summary>
internal static class SimulationPlan
{
    /// <summary>Crashes of each scenario where only some are tried.</summary>
    private const int Sampled = 24;

    /// <summary>At one position of so many the restart crashes as well.</summary>
    private const int AgainEvery = 4;

    /// <summary>A restart that settles something has up to about so many.</summary>
    private const int EventsOfRestart = 80;

    /// <summary>One request of about so many is lied to.</summary>
    private const int LieEvery = 6, LieEverySampled = 120;

    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("COFFER_SIMULATION") == "long";

    public static int Seed { get; } = Environment.GetEnvironmentVariable("COFFER_SEED") is { Length: > 0 } text
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : Random.Shared.Next();

    /// <summary>Part of the names of the scenarios to try; all where it is empty.</summary>
    public static string Scenario { get; } = Environment.GetEnvironmentVariable("COFFER_SCENARIO") ?? "";

    private static Crash? OnlyCrash { get; } =
        Environment.GetEnvironmentVariable("COFFER_CRASH") is { Length: > 0 } text ? Crash.Parse(text) : null;

    private static LiePlan? OnlyLie { get; } =
        Environment.GetEnvironmentVariable("COFFER_LIE") is { Length: > 0 } text ? LiePlan.Parse(text) : null;

    /// <summary>The crashes of a scenario to try, in the order of their positions.</summary>
    public static IEnumerable<Crash> Crashes(string scenario, Rehearsal rehearsal)
    {
        if (OnlyCrash is { } only) return only.Scenario == scenario ? [only] : [];
        if (OnlyLie is not null) return [];
        int[] positions = [.. rehearsal.Positions];
        var random = new Random(Seed);
        return IsLong ? Every(scenario, positions, rehearsal.Events, random) : Some(scenario, positions, random);
    }

    /// <summary>
    /// The lies to tell in a scenario, by kind; those of a kind have no end: they begin anywhere, and go on in steps.
    /// </summary>
    public static IEnumerable<IEnumerable<LiePlan>> Lies(string scenario)
    {
        if (OnlyLie is { } only) return only.Scenario == scenario ? [[only]] : [];
        if (OnlyCrash is not null) return [];
        (Lie Lie, bool Lasts)[] kinds =
        [
            (Lie.Full, true), (Lie.Full, false), (Lie.Failing, true), (Lie.Failing, false), (Lie.LostAnswer, false),
            (Lie.FlippedBit, false), (Lie.ShortRead, false),
        ];
        return kinds.Select(kind => Moments(kind.Lie, kind.Lasts)
            .Select(number => new LiePlan(scenario, kind.Lie, number, kind.Lasts)));
    }

    private static IEnumerable<int> Moments(Lie lie, bool lasts)
    {
        var random = new Random(Seed + (int)lie * 2 + (lasts ? 1 : 0));
        int step = IsLong ? LieEvery : LieEverySampled;
        for (int number = random.Next(step); ; number += 1 + random.Next(2 * step - 1)) yield return number;
    }

    private static IEnumerable<Crash> Every(
        string scenario, int[] positions, IReadOnlyList<DiskEvent> events, Random random)
    {
        for (int number = 0; number < positions.Length; number++)
        {
            int position = positions[number];
            // Where all that was not synced is lost, nothing but a sync or an answer makes a difference.
            if (position == 0 || events[position - 1] is FileSynced or FolderSynced or Noted)
                yield return new Crash(scenario, position, Chance.AllLost);
            yield return new Crash(scenario, position, Chance.AllKept);
            yield return new Crash(scenario, position, Draw(random));
            if (number % AgainEvery == 0) yield return new Crash(scenario, position, Draw(random), DrawAgain(random));
        }
    }

    private static IEnumerable<Crash> Some(string scenario, int[] positions, Random random) =>
        Enumerable.Range(0, Sampled)
            .Select(number => new Crash(
                scenario,
                positions[random.Next(positions.Length)],
                (number % 4) switch { 0 => Chance.AllLost, 1 => Chance.AllKept, _ => Draw(random) },
                number % 4 == 3 ? DrawAgain(random) : null))
            .OrderBy(crash => crash.Position);

    private static int Draw(Random random) => random.Next(Chance.AllKept + 1, int.MaxValue);

    private static int DrawAgain(Random random) => random.Next(1, EventsOfRestart);
}
