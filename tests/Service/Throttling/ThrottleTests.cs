using System.Globalization;
using Coffer.Contracts.Http;
using Coffer.Contracts.Http.Throttling;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Domain.Throttling;
using Coffer.Format.Frames;
using Coffer.Format.Points;
using Coffer.Unit.Http.Throttling;
using Coffer.Unit.Vault;

namespace Coffer.Service.Throttling;

/// <summary>
/// Real transfers over HTTPS, with a throttle whose clock jumps: how long they took by it says which rate they had, as
/// exact as the throttle itself, whatever this machine has to do beside.
/// </summary>
public sealed class ThrottleTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const int Chunks = 32, ChunkBytes = 256 << 10;

    /// <summary>Of rate × time, what is neither payload nor waiting: TLS, HTTP, answers, questions.</summary>
    private const double Most = 1.05;

    // Friday, ten seconds before the hours of work end.
    private readonly JumpingClock _clock = new(
        DateTimeOffset.Parse("2026-06-05T17:59:50Z", CultureInfo.InvariantCulture));

    [Theory]
    [InlineData(512_000)]
    [InlineData(10_000_000)]
    public async Task Upload_UnderAThrottle_TakesAsLongAsItsBytesAtThatRate(long bits)
    {
        var machine = await service.RegisterAsync($"sends-{bits}");
        await using var vault = Open(machine, Always(bits));
        await SendAsync(machine, vault, 1);
        ShouldHaveTaken(bits);
    }

    [Fact]
    public async Task Download_UnderAThrottle_TakesAsLongAsItsBytesAtThatRate()
    {
        var machine = await service.RegisterAsync("reads");
        var ids = await SendAsync(machine, machine.Vault, 2);
        await using var vault = Open(machine, Always(10_000_000));
        await using (var reader = await vault.OpenReaderAsync(machine.Keys.Keyspace, default))
            await Parallel.ForEachAsync(ids, async (id, cancel) =>
            {
                using var frame = new FrameBuffer();
                (await reader.ReadAsync(id, 0, frame, cancel)).ShouldBeTrue();
            });
        ShouldHaveTaken(10_000_000);
    }

    [Fact]
    public async Task Upload_AsTheHoursOfWorkEnd_IsHeldBackNoMore()
    {
        var machine = await service.RegisterAsync("ends");
        await using var vault = Open(machine, new ThrottleRules(
            ThrottleRules.MondayToFriday, new TimeOnly(8, 0), new TimeOnly(18, 0), "UTC", TransferRate.Of(1_000_000),
            null));
        await SendAsync(machine, vault, 3);
        // 67 s at that rate; the ten that were left, and pieces that waited for their turn as it ended.
        _clock.Elapsed.ShouldBeInRange(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10.5));
    }

    [Fact]
    public async Task Upload_AsTheSettingIsTakenBack_IsHeldBackNoMore()
    {
        var machine = await service.RegisterAsync("changes");
        int asked = 0;
        await using var vault = Open(machine, () => ++asked > 1 ? null : Always(512_000));
        await SendAsync(machine, vault, 4);
        _clock.Elapsed.ShouldBeInRange(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(31));
    }

    private void ShouldHaveTaken(long bits)
    {
        double least = (double)Chunks * ChunkBytes * 8 / bits;
        _clock.Elapsed.TotalSeconds.ShouldBeInRange(least - 0.2, (least * Most) + 0.2);
    }

    private async Task<IReadOnlyList<ObjectId>> SendAsync(ServedMachine machine, RemoteVault vault, int seed)
    {
        using var graph = new SealedGraph(machine.Keys);
        var random = new Random(seed);
        for (int i = 0; i < Chunks; i++)
        {
            byte[] bytes = new byte[ChunkBytes];
            random.NextBytes(bytes);
            graph.Add(NodeKind.Chunk, bytes);
        }
        var (_, frame) = graph.AddPoint(seed);
        await using var session = await vault.OpenSessionAsync(
            new SessionRequest(machine.Id, machine.Source, "volume", "/data", JobId.New()), default);
        await graph.PutAsync(session);
        var facts = new CommitFacts(1, DateTimeOffset.UnixEpoch.AddYears(56), new PointStatistics { Files = 1 });
        (await session.CommitAsync(frame, facts, default)).Point.ShouldNotBeNull();
        return [.. graph.Ids];
    }

    private RemoteVault Open(ServedMachine machine, ThrottleRules rules) => Open(machine, () => rules);

    private RemoteVault Open(ServedMachine machine, Func<ThrottleRules?> rules) =>
        machine.Open(service.Address, throttle: new LineThrottle(rules, _clock));

    private static ThrottleRules Always(long bits) => new(
        ThrottleRules.MondayToFriday, default, default, "UTC", TransferRate.Of(bits), TransferRate.Of(bits));
}
