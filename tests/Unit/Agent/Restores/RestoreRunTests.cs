using Coffer.Agent.Restores;

namespace Coffer.Unit.Agent.Restores;

public sealed class RestoreRunTests
{
    [Fact]
    public async Task Run_WholePoint_GivesEveryFileAndFolder()
    {
        await using var scenario = new RestoreScenario();
        _ = scenario.Tree.Folder("a", mode: 0x1c0, mtime: 123);
        _ = scenario.Tree.Folder("a/b");
        _ = scenario.Tree.Bundle(("a/1", "one"), ("a/b/2", "two"), ("c", "three"));
        _ = scenario.Tree.File("empty", "");
        _ = scenario.Tree.Link("l", "../elsewhere");
        var result = await scenario.RestoreAsync();
        result.Findings.ShouldBeEmpty();
        (result.Files, result.Folders, result.Others, result.Bytes).ShouldBe((4, 2, 1, 11));
        scenario.Read("a/1").ShouldBe("one");
        scenario.Read("a/b/2").ShouldBe("two");
        scenario.Read("c").ShouldBe("three");
        scenario.Read("empty").ShouldBe("");
        new FileInfo(Path.Combine(scenario.To, "l")).LinkTarget.ShouldBe("../elsewhere");
        var folder = new DirectoryInfo(Path.Combine(scenario.To, "a"));
        folder.UnixFileMode.ShouldBe((UnixFileMode)0x1c0);
        new DateTimeOffset(folder.LastWriteTimeUtc).ToUnixTimeSeconds().ShouldBe(123);
    }

    [Fact]
    public async Task Run_OneFileDeepDown_LandsByItsNameAlone()
    {
        await using var scenario = new RestoreScenario("/srv/data");
        _ = scenario.Tree.Folder("a");
        _ = scenario.Tree.Bundle(("a/1", "one"), ("a/2", "two"));
        var result = await scenario.RestoreAsync("/srv/data/a/2");
        result.Findings.ShouldBeEmpty();
        scenario.Names().ShouldBe(["2"]);
        scenario.Read("2").ShouldBe("two");
    }
}
