using Coffer.Contracts.Http.Exchanges;

namespace Coffer.Unit.Http.Exchanges;

public sealed class AnswerBodyTests
{
    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(100_000, true)]
    [InlineData(100_000, false)]
    [InlineData(3_000_000, true)]
    public async Task Body_OfAnyLengthThatMayBe_IsReadWhole(int length, bool saysHowLong)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        int moved = 0;
        var content = saysHowLong ? (HttpContent)new ByteArrayContent(bytes) : new StreamContent(new Unsized(bytes));
        (await AnswerBody.ReadAsync(content, 3_000_000, at => moved = at, default)).ShouldBe(bytes);
        moved.ShouldBe(length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_LongerThanAllowed_IsNone(bool saysHowLong)
    {
        byte[] bytes = new byte[100_001];
        var content = saysHowLong ? (HttpContent)new ByteArrayContent(bytes) : new StreamContent(new Unsized(bytes));
        (await AnswerBody.ReadAsync(content, 100_000, _ => { }, default)).ShouldBeNull();
    }

    private sealed class Unsized(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
