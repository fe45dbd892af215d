namespace Coffer.Architecture.Sizes;

public sealed class SizeTests
{
    [Fact]
    public void Sources_AgainstTheList_HoldNoNewOffenderAndNoOldEntry()
    {
        string[] paths = [.. Checkout.SourcePaths("src", "tests", "bench", "fuzz")];
        Offender[] measured =
        [
            .. paths.SelectMany(path => SizeScan.File(path, File.ReadAllText(Checkout.Absolute(path)))),
            .. SizeScan.Folders(paths),
        ];
        var listed = Ratchet.Parse(File.ReadAllText(Checkout.Absolute("tests/Architecture/Sizes/offenders.txt")));
        paths.Length.ShouldBeGreaterThan(10);
        Ratchet.Compare(listed, measured).ShouldBeEmpty();
    }

    [Fact]
    public void File_OverEachLimit_IsTold()
    {
        string body = string.Concat(Enumerable.Repeat("x();\n", 501));
        string source = $"class A {{ void B() {{ {new string('y', 121)}();\n{body} }} }}";
        SizeScan.File("a.cs", source).Select(offender => offender.Kind)
            .ShouldBe(["file-lines", "line-length", "function-lines"]);
    }

    [Fact]
    public void Folders_ThirteenFiles_IsOneTooMany()
    {
        var paths = Enumerable.Range(0, 13).Select(i => $"src/A/{i}.cs").ToList();
        SizeScan.Folders(paths).ShouldBe([new Offender("folder-files", "src/A", 13)]);
        SizeScan.Folders(paths.Skip(1)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("file-lines a.cs 600", 0)]
    [InlineData("file-lines a.cs 700", 0)]
    [InlineData("file-lines a.cs 550", 1)]
    [InlineData("# why\nfile-lines a.cs 600\nfile-lines b.cs 600", 1)]
    [InlineData("line-length a.cs 600", 2)]
    public void Compare_ListAgainstOneOffender_TellsWhatToDo(string list, int lines) =>
        Ratchet.Compare(Ratchet.Parse(list), [new Offender("file-lines", "a.cs", 600)]).Count().ShouldBe(lines);
}
