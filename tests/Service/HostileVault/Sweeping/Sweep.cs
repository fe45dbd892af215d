using Coffer.Contracts.Http;
using Coffer.Domain;
using Coffer.Service.HostileVault.Lying;

namespace Coffer.Service.HostileVault.Sweeping;

/// <summary>What is done under a lying vault, and what has to hold afterwards whatever it said.</summary>
internal abstract class Sweep
{
    /// <summary>How long a whole operation may take by the client's clock, however the vault drags it out.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(8);

    /// <summary>By this one's clock: it hangs.</summary>
    private static readonly TimeSpan s_hung = TimeSpan.FromMinutes(1);

    /// <summary>Lies told to each of these many answers of one route; later ones are as the first.</summary>
    private const int AnswersOfRoute = 3;

    /// <summary>With COFFER_SIMULATION=long so many more are drawn.</summary>
    private const int LongTimes = 10;

    /// <summary>How many are told, drawn from all that fit any answer.</summary>
    public required int Drawn { get; init; }

    public required int Seed { get; init; }

    /// <summary>Has one machine and all that it needs ready; called before each run.</summary>
    protected abstract Task PrepareAsync();

    /// <summary>May end with a fault or as corruption, and with nothing else.</summary>
    protected abstract Task ActAsync(LyingHandler between, JumpingTime time);

    /// <summary>Holds however it ended.</summary>
    /// <param name="ended">Null where it came through.</param>
    protected abstract Task CheckAsync(Exception? ended);

    public async Task RunAsync()
    {
        var truth = await HearAsync();
        foreach (var (number, route, lie, isLasting, seed) in Plan(truth))
        {
            string told = $"seed {Seed}: '{lie}' as answer {number}, {route}{(isLasting ? " and all after it" : "")}";
            try
            {
                await RunOnceAsync(
                    answer => answer.Route == route && (isLasting ? answer.Number >= number : answer.Number == number)
                        ? lie : null,
                    new Random(seed));
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{GetType().Name}, {told}: {e.Message}", e);
            }
        }
    }

    private async Task<IReadOnlyList<Answer>> HearAsync()
    {
        await PrepareAsync();
        var time = new JumpingTime();
        var handler = new LyingHandler(time, _ => null, new Random(Seed));
        await ActAsync(handler, time);
        await CheckAsync(null);
        handler.Heard.Count.ShouldBeGreaterThan(0);
        return handler.Heard;
    }

    private IEnumerable<(int Number, string Route, Lie Lie, bool IsLasting, int Seed)> Plan(
        IReadOnlyList<Answer> truth)
    {
        var random = new Random(Seed);
        var told = truth.GroupBy(answer => answer.Route).SelectMany(route => route.Take(AnswersOfRoute)).ToList();
        var all = told.SelectMany(answer => Lies.All.SelectMany(
            lie => new[] { true, false }.Select(isLasting => (answer.Number, answer.Route, lie, isLasting)))).ToArray();
        random.Shuffle(all);
        bool isLong = Environment.GetEnvironmentVariable("COFFER_SIMULATION") == "long";
        return all.Take(isLong ? LongTimes * Drawn : Drawn).Select(
            one => (one.Number, one.Route, one.lie, one.isLasting, random.Next()));
    }

    private async Task RunOnceAsync(Func<Answer, Lie?> lie, Random random)
    {
        await PrepareAsync();
        var time = new JumpingTime();
        Exception? ended = null;
        try
        {
            await Task.Run(() => ActAsync(new LyingHandler(time, lie, random), time)).WaitAsync(s_hung);
        }
        catch (Exception e) when (e is FaultException or CorruptionException)
        {
            ended = e;
        }
        time.Ahead.ShouldBeLessThan(s_longest);
        await CheckAsync(ended);
    }

    /// <summary>
    /// Sessions and readers that a machine was lied to about, and so never closed: there are only so many.
    /// </summary>
    protected static async Task CloseAllAsync(ServiceFixture service)
    {
        await service.Host.Vaults[0].Sessions.CloseAllAsync();
        await service.Host.Vaults[0].Readers.CloseAllAsync();
    }

    /// <summary>Of a job that tells its end: what is no fault of a vault is a crash in disguise.</summary>
    protected static void RequireVaultsFault(Fault? fault)
    {
        if (fault is null) return;
        (fault.Code is "system.error" || fault.Code.StartsWith("cache.", StringComparison.Ordinal))
            .ShouldBeFalse($"{fault.Code}: {fault.Message}");
    }
}
