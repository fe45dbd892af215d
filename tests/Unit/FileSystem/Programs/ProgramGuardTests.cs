using Coffer.FileSystem.Machines.Programs;

namespace Coffer.Unit.FileSystem.Programs;

public sealed class ProgramGuardTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("700", null)]
    [InlineData("755", null)]
    [InlineData("775", "others may write")]
    [InlineData("757", "others may write")]
    [InlineData("644", "is not executable")]
    public void ReasonAgainst_AProgramsMode_IsTold(string mode, string? reason) => Judge(Program("x", mode), reason);

    [Theory]
    [InlineData("755", null)]
    [InlineData("775", "others may write in")]
    [InlineData("777", "others may write in")]
    [InlineData("1777", null)]
    public void ReasonAgainst_AFolderOnTheWay_IsTold(string mode, string? reason)
    {
        string program = Program("a/b/x");
        ReadingTests.Run("chmod", mode, _folder.At("a"));
        Judge(program, reason);
    }

    [Fact]
    public void ReasonAgainst_WhatIsNoProgram_IsTold()
    {
        Program("x");
        Judge("bin/sh", "not an absolute path");
        Judge("", "not an absolute path");
        Judge(_folder.At("none"), "No such file");
        Judge(_folder.Path, "it is a folder");
        Judge(_folder.At("x/"), null);
        Judge(_folder.At("x/y"), "is not a folder");
        Judge("/", "it is a folder");
        Judge("/dev/null", "not a regular file");
        Judge("/bin/sh", null);
    }

    [Fact]
    public void ReasonAgainst_Links_AreFollowedAndJudgedAtEachEnd()
    {
        string program = Program("real/x");
        _folder.AddFolder("links");
        _folder.AddLink("links/up", "../real/x");
        _folder.AddLink("links/whole", program);
        _folder.AddLink("links/chain", "up");
        _folder.AddLink("links/folder", "../real");
        _folder.AddLink("links/loop", "loop");
        foreach (string name in (string[])["up", "whole", "chain", "folder/x", "../links/./chain"])
            Judge(_folder.At($"links/{name}"), null);
        Judge(_folder.At("links/loop"), "too many links");
        ReadingTests.Run("chmod", "777", _folder.At("real"));
        foreach (string name in (string[])["up", "whole", "chain", "folder/x"])
            Judge(_folder.At($"links/{name}"), "others may write in");
        ReadingTests.Run("chmod", "755", _folder.At("real"));
        ReadingTests.Run("chmod", "777", _folder.At("links"));
        Judge(_folder.At("links/up"), "others may write in");
        Judge(program, null);
    }

    [Fact]
    public void ReasonAgainst_WhatBelongsToOthers_IsTold()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: gives files away");
        string program = Program("a/x");
        _folder.AddLink("link", program);
        foreach (string theirs in (string[])["a/x", "a"])
        {
            ReadingTests.Run("chown", "4711", _folder.At(theirs));
            Judge(program, "belongs to another user (4711)");
            ReadingTests.Run("chown", "0", _folder.At(theirs));
        }

        ReadingTests.Run("chown", "-h", "4711", _folder.At("link"));
        Judge(_folder.At("link"), "belongs to another user (4711)");
    }

    [Theory]
    [InlineData("644", "chmod +x ")]
    [InlineData("775", "chmod go-w ")]
    public void ReasonAgainst_AMode_HasItsOwnCure(string mode, string cure)
    {
        string program = Program("a program", mode);
        ProgramGuard.ReasonAgainst(program).ShouldNotBeNull().Cure.ShouldBe($"{cure}'{program}'");
    }

    [Fact]
    public void ReasonAgainst_WhatIsNotThere_SaysNothingOfOwners() =>
        ProgramGuard.ReasonAgainst(_folder.At("none")).ShouldNotBeNull().Cure.ShouldStartWith("Check the path");

    private static void Judge(string path, string? reason)
    {
        if (reason is null) ProgramGuard.ReasonAgainst(path).ShouldBeNull();
        else ProgramGuard.ReasonAgainst(path).ShouldNotBeNull().Reason.ShouldContain(reason);
    }

    private string Program(string name, string mode = "755")
    {
        string path = _folder.AddFile(name, "#!/bin/sh\n");
        ReadingTests.Run("chmod", mode, path);
        return path;
    }
}
