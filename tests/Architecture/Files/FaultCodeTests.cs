using System.Text.RegularExpressions;

namespace Coffer.Architecture.Files;

/// <summary>Every code that a person can meet is explained in docs/troubleshooting.md.</summary>
public sealed partial class FaultCodeTests
{
    // Texts of the same form that are none: names of files, and of file systems.
    private static readonly string[] FileNameEnds =
        [".json", ".db", ".txt", ".lock", ".dll", ".so", ".dylib", ".plan", ".new", ".round", ".contents", ".service"];

    [Fact]
    public void Codes_InSources_AreInTroubleshooting()
    {
        string explained = File.ReadAllText(Checkout.Absolute("docs/troubleshooting.md"));
        var codes = Checkout.SourcePaths("src")
            .SelectMany(path => CodesIn(File.ReadAllText(Checkout.Absolute(path))))
            .Distinct()
            .ToList();
        codes.ShouldContain("vault.missing");
        codes.Where(code => !explained.Contains($"`{code}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Failed(\"vault.missing\", x)", 1)]
    [InlineData("code is \"store.full\" or \"source.path.gone\"", 2)]
    [InlineData("Read(\"machine.json\"); \"fuse.sshfs\"; \"No.\"; \"a.b c\"", 0)]
    public void CodesIn_Sample_AreCounted(string source, int count) => CodesIn(source).Count().ShouldBe(count);

    private static IEnumerable<string> CodesIn(string source) =>
        Dotted().Matches(source)
            .Select(match => match.Groups[1].Value)
            .Where(text => !text.StartsWith("fuse.", StringComparison.Ordinal))
            .Where(text => !FileNameEnds.Any(end => text.EndsWith(end, StringComparison.Ordinal)));

    [GeneratedRegex("""
        "([a-z]+(\.[a-z-]+)+)"
        """)]
    private static partial Regex Dotted();
}
