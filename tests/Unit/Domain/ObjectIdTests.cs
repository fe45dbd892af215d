using Coffer.Domain;

namespace Coffer.Unit.Domain;

public sealed class ObjectIdTests
{
    [Fact]
    public void Parse_TextOfAnId_GivesItBack()
    {
        var id = new ObjectId([.. Enumerable.Range(0, 32).Select(i => (byte)(i * 7))]);
        ObjectId.Parse(id.ToString()).ShouldBe(id);
        new ObjectId(id.ToArray()).ShouldBe(id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("zz")]
    [InlineData(null)]
    public void TryParse_NotAnId_Refuses(string? text) => ObjectId.TryParse(text, out _).ShouldBeFalse();
}
