using System.Text;
using Coffer.Domain.Policies;

namespace Coffer.Unit.Domain.Policies;

public sealed class PathRulesTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("/a//b/./c/", "/a/b/c")]
    [InlineData("/a/../../b", "/b")]
    [InlineData("/..", "/")]
    public void Normalise_Path_IsPlain(string given, string plain) =>
        Text(PathRules.Normalise(Bytes(given))).ShouldBe(plain);

    [Theory]
    [InlineData("/a/b", "/a", true)]
    [InlineData("/ab", "/a", false)]
    [InlineData("/a", "/a", true)]
    [InlineData("/a", "/", true)]
    public void IsAtOrBelow_TwoPaths_ComparesComponents(string path, string top, bool expected) =>
        PathRules.IsAtOrBelow(Bytes(path), Bytes(top)).ShouldBe(expected);

    [Fact]
    public void Cover_TwiceAndNested_KeepsTheFewest() =>
        PathRules.Cover([Bytes("/a/b"), Bytes("/c"), Bytes("/a"), Bytes("/c"), Bytes("/ab")]).Select(Text)
            .ShouldBe(["/c", "/a", "/ab"]);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
