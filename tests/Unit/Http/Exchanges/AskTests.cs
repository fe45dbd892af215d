using Coffer.Contracts.Http.Exchanges;

namespace Coffer.Unit.Http.Exchanges;

public sealed class AskTests
{
    private int _further;

    [Fact]
    public void Note_OnlyOfWhatNoTryHasReached_IsProgress()
    {
        var ask = Ask();
        ask.Note(100, 0);
        ask.Note(200, 0);
        _further.ShouldBe(2);
        // Sent again from its beginning.
        ask.Note(100, 0);
        ask.Note(200, 0);
        _further.ShouldBe(2);
        ask.Note(201, 0);
        ask.Note(0, 1);
        ask.Note(0, 1);
        _further.ShouldBe(4);
    }

    [Fact]
    public void Limit_ThatHearsOfAFailuresBody_TellsOfNoProgress()
    {
        using var limit = new ExchangeLimit(Ask(), 0, TimeProvider.System, default);
        limit.Begin().IsCancellationRequested.ShouldBeFalse();
        limit.Received(10, isSuccess: false);
        _further.ShouldBe(0);
        limit.Received(10, isSuccess: true);
        _further.ShouldBe(1);
    }

    [Fact]
    public void Limit_ThatIsOver_TakesWhatIsStillSent()
    {
        var limit = new ExchangeLimit(Ask(), 10, TimeProvider.System, default);
        _ = limit.Begin();
        limit.Dispose();
        limit.Sent(10);
        _further.ShouldBe(1);
    }

    private Ask Ask() => new(HttpMethod.Put, "packs/x", null, 100) { Further = () => _further++ };
}
