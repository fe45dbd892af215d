using System.Globalization;
using Coffer.Contracts.Http.Throttling;
using Coffer.Domain.Throttling;

namespace Coffer.Unit.Http.Throttling;

/// <summary>The bytes that a pacer lets through, by a clock that jumps: exact to its burst.</summary>
public sealed class PacerTests
{
    // Friday; the hours of work end at 18:00.
    private readonly JumpingClock _clock = new(
        DateTimeOffset.Parse("2026-06-05T17:59:00Z", CultureInfo.InvariantCulture));

    private int _asked;

    [Theory]
    [InlineData(64_000)]
    [InlineData(512_000)]
    [InlineData(10_000_000)]
    [InlineData(1_023_000_000)]
    public void Pass_BytesOfAMinute_TakeAMinute(long bits)
    {
        var pacer = Pacer(() => Always(bits));
        OneThread.Run(() => PassAsync(pacer, bits / 8 * 60));
        _clock.Elapsed.ShouldBeInRange(TimeSpan.FromSeconds(59.7), TimeSpan.FromSeconds(60.3));
    }

    [Theory]
    [InlineData(512_000)]
    [InlineData(10_000_000)]
    public void Pass_InAnyTenSeconds_HoldsToTheRateWithinOnePercent(long bits)
    {
        var pacer = Pacer(() => Always(bits));
        var log = new List<(TimeSpan At, long Bytes)>();
        OneThread.Run(() => PassAsync(pacer, bits / 8 * 40, log));
        foreach (var (begin, _) in log.Where(one => one.At < TimeSpan.FromSeconds(30)))
        {
            var end = begin + TimeSpan.FromSeconds(10);
            long bytes = log.Where(one => one.At > begin && one.At <= end).Sum(one => one.Bytes);
            (bytes * 8 / 10.0 / bits).ShouldBeInRange(0.985, 1.015, $"from {begin}");
        }
    }

    [Fact]
    public void Pass_AfterAPause_HasABurstAndNoMore()
    {
        var pacer = Pacer(() => Always(8_000_000));
        _clock.Pass(TimeSpan.FromSeconds(20));
        OneThread.Run(() => PassAsync(pacer, 100_000));
        _clock.Elapsed.ShouldBe(TimeSpan.FromSeconds(20));
        OneThread.Run(() => PassAsync(pacer, 1_000_000));
        _clock.Elapsed.ShouldBeInRange(TimeSpan.FromSeconds(20.95), TimeSpan.FromSeconds(21.05));
    }

    [Fact]
    public void Pass_WithoutALimit_WaitsForNothing()
    {
        var pacer = Pacer(() => null);
        pacer.PieceBytes.ShouldBeNull();
        for (int i = 0; i < 1000; i++) pacer.PassAsync(1 << 20, default).IsCompletedSuccessfully.ShouldBeTrue();
        (_clock.Elapsed, pacer.IsHolding).ShouldBe((TimeSpan.Zero, false));
    }

    [Fact]
    public void Pass_BlockedAsTheHoursEnd_GoesAtTheirEnd()
    {
        var pacer = Pacer(() => new ThrottleRules(
            ThrottleRules.MondayToFriday, new TimeOnly(8, 0), new TimeOnly(18, 0), "UTC", TransferRate.Of(64_000),
            null));
        // A piece that takes 131 s at this rate, and one that goes before it.
        OneThread.Run(async () =>
        {
            await pacer.PassAsync(1 << 20, default);
            await pacer.PassAsync(1 << 20, default);
        });
        _clock.Elapsed.ShouldBe(TimeSpan.FromMinutes(1));
        OneThread.Run(() => PassAsync(pacer, 1 << 30));
        _clock.Elapsed.ShouldBe(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Pass_AsTheHoursBegin_IsHeldFromThen()
    {
        var pacer = Pacer(() => new ThrottleRules(
            ThrottleRules.MondayToFriday, new TimeOnly(18, 0), new TimeOnly(20, 0), "UTC",
            TransferRate.Of(8_000_000), TransferRate.Of(80_000_000)));
        // 60 s at 10 MB/s, and 10 s at 1 MB/s.
        OneThread.Run(() => PassAsync(pacer, 610_000_000));
        _clock.Elapsed.ShouldBeInRange(TimeSpan.FromSeconds(69.5), TimeSpan.FromSeconds(70.5));
    }

    [Fact]
    public void Pass_BlockedAsTheSettingChanges_GoesByTheNewOneWithinHalfAMinute()
    {
        var pacer = Pacer(() => ++_asked < 2 ? Always(64_000) : Always(64_000_000));
        OneThread.Run(async () =>
        {
            await pacer.PassAsync(8 << 20, default); // 1,049 s at the old rate
            await pacer.PassAsync(1, default);
        });
        _clock.Elapsed.ShouldBeInRange(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(32));
    }

    [Fact]
    public void Setting_WhileBytesGo_IsReadTwiceAMinuteAndNoMoreOften()
    {
        var pacer = Pacer(() =>
        {
            _asked++;
            return Always(10_000_000);
        });
        OneThread.Run(() => PassAsync(pacer, 10_000_000 / 8 * 300));
        _asked.ShouldBeInRange(10, 11);
    }

    [Fact]
    public void Pass_OfSeveralAtOnce_IsInTurnSoThatASmallQuestionWaitsForOnePieceOfEach()
    {
        var pacer = Pacer(() => Always(512_000));
        long[] passed = new long[4];
        OneThread.Run(async () =>
        {
            var end = new CancellationTokenSource();
            var floods = passed.Select((_, i) => FloodAsync(pacer, passed, i, end.Token)).ToArray();
            for (int i = 0; i < 50; i++)
            {
                long before = passed.Sum();
                await pacer.PassAsync(200, default);
                (passed.Sum() - before).ShouldBeLessThanOrEqualTo(4L * pacer.PieceBytes!.Value);
            }
            await end.CancelAsync();
            foreach (var flood in floods) await Should.ThrowAsync<OperationCanceledException>(flood);
        });
        (passed.Max() - passed.Min()).ShouldBeLessThanOrEqualTo(2L * pacer.PieceBytes!.Value);
        pacer.IsHolding.ShouldBeTrue();
    }

    [Fact]
    public void Pass_GivenUpWhileItWaits_LetsTheNextThrough()
    {
        var pacer = Pacer(() => Always(64_000));
        using var given = new CancellationTokenSource();
        given.Cancel();
        OneThread.Run(async () =>
        {
            await pacer.PassAsync(1 << 20, default);
            await Should.ThrowAsync<OperationCanceledException>(pacer.PassAsync(1, given.Token).AsTask());
            await pacer.PassAsync(1, default);
        });
    }

    private static async Task FloodAsync(Pacer pacer, long[] passed, int index, CancellationToken cancellationToken)
    {
        while (true)
        {
            int piece = pacer.PieceBytes!.Value;
            await pacer.PassAsync(piece, cancellationToken);
            passed[index] += piece;
        }
    }

    private async Task PassAsync(Pacer pacer, long bytes, List<(TimeSpan, long)>? log = null)
    {
        while (bytes > 0)
        {
            int piece = (int)Math.Min(bytes, pacer.PieceBytes ?? 1 << 20);
            await pacer.PassAsync(piece, default);
            log?.Add((_clock.Elapsed, piece));
            bytes -= piece;
        }
    }

    private Pacer Pacer(Func<ThrottleRules?> rules) => new LineThrottle(rules, _clock).Up;

    private static ThrottleRules Always(long bits) => new(
        ThrottleRules.MondayToFriday, default, default, "UTC", TransferRate.Of(bits), TransferRate.Of(bits));
}
