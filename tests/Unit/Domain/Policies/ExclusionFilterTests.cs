using System.Text;
using Coffer.Domain;
using Coffer.Domain.Policies.Exclusions;

namespace Coffer.Unit.Domain.Policies;

public sealed class ExclusionFilterTests
{
    [Theory]
    // gitignore(5), "Pattern format" and "Examples", with a leading slash meaning the root of the file system
    [InlineData("*.log", "/d/a.log", false, true)]
    [InlineData("*.log", "/d/x/y/a.log", false, true)]
    [InlineData("*.log", "/d/a.log.gz", false, false)]
    [InlineData("build/", "/d/x/build", true, true)]
    [InlineData("build/", "/d/x/build", false, false)]
    [InlineData("hello.*", "/d/hello.txt", false, true)]
    [InlineData("hello.*", "/d/a/hello.java", false, true)]
    [InlineData("foo/*", "/d/foo/test.json", false, true)]
    [InlineData("foo/*", "/d/foo/bar", true, true)]
    [InlineData("foo/*", "/d/foo/bar/hello.c", false, false)]
    [InlineData("foo/*", "/d/x/foo/test.json", false, false)]
    [InlineData("doc/frotz/", "/d/doc/frotz", true, true)]
    [InlineData("doc/frotz/", "/d/a/doc/frotz", true, false)]
    [InlineData("**/foo", "/d/foo", false, true)]
    [InlineData("**/foo", "/d/a/b/foo", false, true)]
    [InlineData("**/foo/bar", "/d/a/foo/bar", false, true)]
    [InlineData("**/foo/bar", "/d/a/foo/x/bar", false, false)]
    [InlineData("abc/**", "/d/abc/x/y", false, true)]
    [InlineData("abc/**", "/d/abc", true, false)]
    [InlineData("a/**/b", "/d/a/b", false, true)]
    [InlineData("a/**/b", "/d/a/x/b", false, true)]
    [InlineData("a/**/b", "/d/a/x/y/b", false, true)]
    [InlineData("a/**/b", "/d/a/x/y/bc", false, false)]
    [InlineData("/d/tmp", "/d/tmp", true, true)]
    [InlineData("/d/tmp", "/d/x/d/tmp", true, false)]
    [InlineData("/tmp", "/d/tmp", true, false)]
    [InlineData("?.c", "/d/a.c", false, true)]
    [InlineData("?.c", "/d/ab.c", false, false)]
    [InlineData("[a-c].txt", "/d/b.txt", false, true)]
    [InlineData("[!a-c].txt", "/d/b.txt", false, false)]
    [InlineData("[^a-c].txt", "/d/x.txt", false, true)]
    [InlineData("[]-]x", "/d/]x", false, true)]
    [InlineData("[]-]x", "/d/-x", false, true)]
    [InlineData("[[:digit:]x]", "/d/7", false, true)]
    [InlineData("[[:digit:]x]", "/d/y", false, false)]
    [InlineData("[\\]]", "/d/]", false, true)]
    [InlineData("\\!important!.txt", "/d/!important!.txt", false, true)]
    [InlineData("\\#x", "/d/#x", false, true)]
    [InlineData("a\\*b", "/d/a*b", false, true)]
    [InlineData("a\\*b", "/d/axb", false, false)]
    [InlineData("name   ", "/d/name", false, true)]
    [InlineData("name\\ ", "/d/name ", false, true)]
    [InlineData("*", "/d/.hidden", false, true)]
    [InlineData("**", "/d/a/b", false, true)]
    public void Excludes_OnePattern_IsAsGitDoes(string pattern, string path, bool isDirectory, bool excluded) =>
        Filter(pattern).Excludes(Encoding.UTF8.GetBytes(path), isDirectory).ShouldBe(excluded);

    [Theory]
    [InlineData(">4KB", 4000, false)]
    [InlineData(">4KB", 4001, true)]
    [InlineData(">4KiB", 4001, false)]
    [InlineData(">0B", 0, false)]
    [InlineData(">0B", 1, true)]
    [InlineData(">1.5kb *.iso", 1501, true)]
    [InlineData(">1.5kb *.iso", 1500, false)]
    [InlineData(">1KB   /d/x/", 0, null)]
    [InlineData(">1KB *.img", 5000, false)]
    [InlineData(">1KB /d/x/**", 5000, true)]
    [InlineData(">1KB x/a.iso", 5000, true)]
    [InlineData("\\>1KB", 5000, false)]
    [InlineData(">9EB", 0, null)]
    [InlineData(">", 0, null)]
    [InlineData("> 5", 0, null)]
    [InlineData(">-5", 0, null)]
    [InlineData(">5.5.5MB", 0, null)]
    [InlineData(">99999999999TB", 0, null)]
    public void Excludes_WithASize_LooksAtIt(string pattern, long size, bool? excluded)
    {
        if (excluded is not { } isExcluded)
        {
            Should.Throw<FaultException>(() => Filter(pattern)).Fault.Code.ShouldBe("pattern.invalid");
            return;
        }
        var filter = Filter(pattern);
        filter.WeighsSizes.ShouldBe(pattern[0] == '>');
        filter.Excludes("/d/x/a.iso"u8, false, size).ShouldBe(isExcluded);
        filter.Excludes("/d/x/a.iso"u8, true, size).ShouldBeFalse("folders have no size");
    }

    [Fact]
    public void Excludes_SizesAmongOthers_TheLastThatMatchesDecides()
    {
        var filter = Filter(">1KB", "!*.db", ">1MB *.db", "*.tmp");
        Left("a.iso", 2000).ShouldBeTrue();
        Left("a.db", 2000).ShouldBeFalse();
        Left("a.db", 2_000_000).ShouldBeTrue();
        Left("a.tmp", 1).ShouldBeTrue();
        filter.Uses.Select(use => use.Matches).ShouldBe([1, 1, 1, 1]);

        bool Left(string name, long size) => filter.Excludes(Encoding.UTF8.GetBytes($"/d/{name}"), false, size);
    }

    [Fact]
    public void Judge_EachKindOfRule_IsTold()
    {
        var filter = new ExclusionFilter(
            [.. new[] { "*.log", "!keep.log", "d" }.Select(p => ExclusionPattern.Parse(Encoding.UTF8.GetBytes(p)))],
            ["/d"u8.ToArray()], ["/d/own"u8.ToArray()]);
        Judged("/d/own").ShouldBe((DecidingRule.OwnFolder, null, true));
        Judged("/d").ShouldBe((DecidingRule.Chosen, null, false));
        Judged("/d/a.log").ShouldBe((DecidingRule.Pattern, "*.log", true));
        Judged("/d/keep.log").ShouldBe((DecidingRule.Pattern, "!keep.log", false));
        Judged("/d/plain").ShouldBe((DecidingRule.None, null, false));
        filter.Uses.Select(use => use.Matches).ShouldBe([1, 1, 0]);

        (DecidingRule, string?, bool) Judged(string path)
        {
            var verdict = filter.Judge(Encoding.UTF8.GetBytes(path), isDirectory: true);
            string? pattern = verdict.Pattern is { } decides ? PathText.Render(decides.Text) : null;
            return (verdict.Rule, pattern, verdict.IsExcluded);
        }
    }

    [Fact]
    public void Excludes_LaterNegation_TakesBackIn()
    {
        var filter = Filter("*.log", "!keep.log", "/d/x/keep.log");
        filter.Excludes("/d/a.log"u8, false).ShouldBeTrue();
        filter.Excludes("/d/keep.log"u8, false).ShouldBeFalse();
        filter.Excludes("/d/x/keep.log"u8, false).ShouldBeTrue();
    }

    [Fact]
    public void Excludes_NamesThatAreNotUtf8_AreMatchedByteByByte()
    {
        var filter = new ExclusionFilter(
            [ExclusionPattern.Parse([(byte)'a', 0xff, (byte)'*'])], ["/d"u8.ToArray()], []);
        filter.Excludes([.. "/d/a"u8, 0xff, 0xfe], false).ShouldBeTrue();
        filter.Excludes([.. "/d/a"u8, 0xfe, 0xff], false).ShouldBeFalse();
    }

    [Fact]
    public void Excludes_ChosenPath_IsNeverLeftOutByAPattern() => Filter("d").Excludes("/d"u8, true).ShouldBeFalse();

    [Fact]
    public void Excludes_OwnFolder_IsLeftOutWhateverThePatternsSay() =>
        new ExclusionFilter([ExclusionPattern.Parse("!vault"u8)], ["/d"u8.ToArray()], ["/d/vault"u8.ToArray()])
            .Excludes("/d/vault"u8, true).ShouldBeTrue();

    [Fact]
    public void Uses_AfterAWalk_CountWhatEachPatternDecided()
    {
        var filter = Filter("*.o", "unused", "*.tmp");
        foreach (string path in (string[])["/d/a.o", "/d/b.o", "/d/c.tmp", "/d/d"])
            filter.Excludes(Encoding.UTF8.GetBytes(path), false);
        filter.Uses.Select(use => use.Matches).ShouldBe([2L, 0L, 1L]);
    }

    [Fact]
    public void Excludes_ManyStars_EndsInTime() =>
        Filter("*a*a*a*a*a*a*a*a*a*a*a*b").Excludes(
            Encoding.ASCII.GetBytes("/d/" + new string('a', 4000)), false).ShouldBeFalse();

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("#comment")]
    [InlineData("/")]
    [InlineData("!")]
    [InlineData("a[b")]
    [InlineData("a[[:nope:]]")]
    [InlineData("a\\")]
    [InlineData("a//b")]
    public void Parse_WhatGitWouldIgnore_IsRefused(string pattern) =>
        Should.Throw<FaultException>(() => ExclusionPattern.Parse(Encoding.UTF8.GetBytes(pattern)))
            .Fault.Code.ShouldBe("pattern.invalid");

    [Fact]
    public void ForPath_OddSigns_MatchesThatPathAlone()
    {
        var filter = new ExclusionFilter([ExclusionPattern.ForPath("/d/a*[b] "u8.ToArray())], ["/d"u8.ToArray()], []);
        filter.Excludes("/d/a*[b] "u8, false).ShouldBeTrue();
        filter.Excludes("/d/axb "u8, false).ShouldBeFalse();
    }

    private static ExclusionFilter Filter(params string[] patterns) => new(
        [.. patterns.Select(p => ExclusionPattern.Parse(Encoding.UTF8.GetBytes(p)))], ["/d"u8.ToArray()], []);
}
