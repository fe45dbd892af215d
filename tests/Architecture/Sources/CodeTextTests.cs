namespace Coffer.Architecture.Sources;

public sealed class CodeTextTests
{
    [Theory]
    [InlineData("a; // File.Open {\nb;", "a; b;")]
    [InlineData("a; /* { */ b;", "a; b;")]
    [InlineData("a = \"{ \\\" {\"; b;", "a = ; b;")]
    [InlineData("a = @\"{ \"\" \\\"; b;", "a = ; b;")]
    [InlineData("a = $\"{x[\"{\"]} {{\"; b;", "a = ; b;")]
    [InlineData("a = \"\"\"{ \" {\"\"\"; b;", "a = ; b;")]
    [InlineData("a = '{'; c = '\\''; b;", "a = ; c = ; b;")]
    [InlineData("#if {\nb;", "b;")]
    [InlineData("a = \"\"; @b;", "a = ; @b;")]
    public void Of_TextThatIsNotCode_IsBlanked(string source, string code) =>
        string.Join(' ', CodeText.Of(source).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
            .ShouldBe(code);

    [Fact]
    public void Of_AnyText_KeepsLengthAndLines()
    {
        const string Source = "a /* x\n y */ \"q\" // z\n b";
        string code = CodeText.Of(Source);
        code.Length.ShouldBe(Source.Length);
        code.Count(c => c == '\n').ShouldBe(2);
    }
}
