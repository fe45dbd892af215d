using Coffer.Contracts.Http.Throttling;
using Coffer.Domain.Throttling;

namespace Coffer.Unit.Http.Throttling;

public sealed class PacedStreamTests
{
    private readonly JumpingClock _clock = new(DateTimeOffset.UnixEpoch);

    private ThrottleRules? _rules = new(
        ThrottleRules.MondayToFriday, default, default, "UTC", TransferRate.Of(8_000_000), TransferRate.Of(8_000_000));

    [Fact]
    public void Write_OfMuch_GoesInPiecesAtTheRateAndUnchanged()
    {
        byte[] bytes = Bytes(2_000_000);
        var network = new MemoryStream();
        OneThread.Run(async () => await Paced(network).WriteAsync(bytes));
        network.ToArray().ShouldBe(bytes);
        _clock.Elapsed.ShouldBeInRange(TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(2.1));
    }

    [Fact]
    public void Read_OfMuch_ComesAtTheRateAndUnchanged()
    {
        byte[] bytes = Bytes(2_000_000);
        var read = new MemoryStream();
        OneThread.Run(async () => await Paced(new MemoryStream(bytes)).CopyToAsync(read));
        read.ToArray().ShouldBe(bytes);
        _clock.Elapsed.ShouldBeInRange(TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(2.1));
    }

    [Fact]
    public void Directions_AtOnce_HaveTheRateEach()
    {
        var throttle = new LineThrottle(() => _rules, _clock);
        _clock.Pass(TimeSpan.FromSeconds(1));
        OneThread.Run(async () =>
        {
            await throttle.Up.PassAsync(100_000, default);
            await throttle.Down.PassAsync(100_000, default);
        });
        _clock.Elapsed.ShouldBe(TimeSpan.FromSeconds(1));
        throttle.Holding.ShouldBeNull();
        OneThread.Run(() => throttle.Down.PassAsync(100_000, default).AsTask());
        throttle.Holding.ShouldBe(TransferRate.Of(8_000_000));
    }

    [Fact]
    public void Read_OfNothing_DoesNotWaitForTheRate()
    {
        var paced = Paced(new MemoryStream(Bytes(100)));
        paced.ReadAsync(Memory<byte>.Empty).IsCompletedSuccessfully.ShouldBeTrue();
        _clock.Elapsed.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Bytes_WithoutALimit_PassAsTheyAre()
    {
        _rules = null;
        var network = new MemoryStream();
        Paced(network).WriteAsync(Bytes(5_000_000)).IsCompletedSuccessfully.ShouldBeTrue();
        network.Length.ShouldBe(5_000_000);
        _clock.Elapsed.ShouldBe(TimeSpan.Zero);
    }

    private PacedStream Paced(Stream network)
    {
        var throttle = new LineThrottle(() => _rules, _clock);
        return new PacedStream(network, throttle.Up, throttle.Down);
    }

    private static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(7).NextBytes(bytes);
        return bytes;
    }
}
