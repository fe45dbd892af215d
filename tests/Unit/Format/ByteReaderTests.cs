using Coffer.Domain;
using Coffer.Format;

namespace Coffer.Unit.Format;

public sealed class ByteReaderTests
{
    [Theory]
    [InlineData(0ul)]
    [InlineData(127ul)]
    [InlineData(128ul)]
    [InlineData(ulong.MaxValue)]
    public void Varint_AsWritten_IsRead(ulong value)
    {
        var writer = new ByteWriter();
        writer.Varint(value);
        var reader = new ByteReader(writer.Written, "test");
        reader.Varint().ShouldBe(value);
        reader.End();
    }

    [Theory]
    [InlineData("8000")]
    [InlineData("ff00")]
    [InlineData("80808000")]
    public void Varint_LongerThanNeeded_IsRefused(string hex) => Refused(hex, static reader => reader.Varint());

    [Theory]
    [InlineData("ffffffffffffffffff02")]
    [InlineData("8080808080808080808001")]
    [InlineData("ff")]
    [InlineData("")]
    public void Varint_BeyondSixtyFourBitsOrTheEnd_IsRefused(string hex) =>
        Refused(hex, static reader => reader.Varint());

    [Fact]
    public void Block_LongerThanTheBytes_IsRefusedBeforeItIsTaken() =>
        Refused("ffffffff07", static reader => reader.Block(int.MaxValue).Length);

    [Fact]
    public void Nanoseconds_OfAWholeSecond_AreRefused() =>
        Refused("8094ebdc03", static reader => reader.Nanoseconds());

    private delegate object Reading(ByteReader reader);

    private static void Refused(string hex, Reading read) =>
        Should.Throw<CorruptionException>(() => read(new ByteReader(Convert.FromHexString(hex), "test")));
}
