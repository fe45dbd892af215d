using System.Text;
using Coffer.Domain;

namespace Coffer.Unit.Agent.Restores;

public sealed class PathTests
{
    [Theory]
    [InlineData("/missing", "path.not-in-point")]
    [InlineData("/folder/missing", "path.not-in-point")]
    [InlineData("/missing/", "path.not-in-point")]
    [InlineData("/file/below", "path.not-in-point")]
    [InlineData("/file/below/deeper", "path.not-in-point")]
    [InlineData("/folder/../file", "path.not-absolute")]
    [InlineData("..", "path.not-absolute")]
    [InlineData("file", "path.not-absolute")]
    [InlineData("", "path.not-absolute")]
    public async Task Run_PathThatIsNotThere_IsUsageAndWritesNothing(string path, string code)
    {
        await using var scenario = Scenario();
        foreach (bool isDry in new[] { false, true })
        {
            var fault = await Should.ThrowAsync<FaultException>(
                () => scenario.RestoreAsync(path, request => request with { IsDryRun = isDry }));
            (fault.Fault.Code, fault.Fault.Kind).ShouldBe((code, FaultKind.Usage));
            fault.Fault.Guidance.ShouldNotBeEmpty();
            Directory.Exists(scenario.To).ShouldBeFalse();
        }
    }

    [Fact]
    public async Task Run_OneOfTwoPathsMissing_WritesNeither()
    {
        await using var scenario = Scenario();
        _ = await Should.ThrowAsync<FaultException>(() => scenario.RestoreAsync(
            with: request => request with { Paths = [Utf8("/file"), Utf8("/missing")] }));
        Directory.Exists(scenario.To).ShouldBeFalse();
    }

    [Theory]
    [InlineData("/folder")]
    [InlineData("/folder/")]
    [InlineData("//folder/./")]
    public async Task Run_FolderHoweverWritten_LandsUnderItsName(string path)
    {
        await using var scenario = Scenario();
        (await scenario.RestoreAsync(path)).Files.ShouldBe(1);
        scenario.Names().ShouldBe(["folder"]);
    }

    [Fact]
    public async Task Run_Root_LandsAllThatLiesInIt()
    {
        await using var scenario = Scenario("/mnt/disk");
        (await scenario.RestoreAsync("/")).Files.ShouldBe(2);
        scenario.Names().ShouldBe(["mnt"]);
        scenario.Names("mnt/disk").ShouldBe(["file", "folder"]);
        scenario.Read("mnt/disk/folder/inner").ShouldBe("two");
    }

    private static RestoreScenario Scenario(string mountPath = "/")
    {
        var scenario = new RestoreScenario(mountPath);
        _ = scenario.Tree.File("file", "one");
        _ = scenario.Tree.Folder("folder");
        _ = scenario.Tree.File("folder/inner", "two");
        return scenario;
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
