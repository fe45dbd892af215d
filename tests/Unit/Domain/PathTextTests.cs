using Coffer.Domain;
using Coffer.FileSystem;

namespace Coffer.Unit.Domain;

public sealed class PathTextTests
{
    [Theory]
    [InlineData("/home/ann/a-b_c.txt", "/home/ann/a-b_c.txt")]
    [InlineData("*.tmp", "'*.tmp'")]
    [InlineData("~x", "'~x'")]
    [InlineData("/a b/it's", @"'/a b/it'\''s'")]
    [InlineData("", "''")]
    public void AsWord_Samples_AreOneWordOfAShell(string rendered, string expected) =>
        PathText.AsWord(rendered).ShouldBe(expected);
}
