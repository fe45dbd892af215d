namespace Coffer.EndToEnd.Fidelity;

public sealed class HardRestoreTests
{
    [Theory]
    [InlineData("tree", "copy")]
    [InlineData("tree/sub", "copy")]
    [InlineData("tree/sub/file", "copy")]
    [InlineData("tree", "overwrite")]
    [InlineData("tree/sub", "overwrite")]
    [InlineData("tree/sub/file", "overwrite")]
    public async Task Restore_ThroughALinkPlantedInTheTarget_LeavesWhatItPointsAtAlone(string planted, string ifExists)
    {
        using var scratch = new ScratchFolder();
        Directory.CreateDirectory(scratch.Of("tree/sub"));
        Directory.CreateDirectory(scratch.Of("outside/sub"));
        var token = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(scratch.Of("tree/sub/file"), "wanted", token);
        await File.WriteAllTextAsync(scratch.Of("outside/secret"), "not ours", token);
        (await CommandLine.CofferAsync("protect", scratch.Of("tree"), "--home", scratch.Home)).ShouldExitWith(0);

        string link = scratch.Of(Path.Combine("target", planted));
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        bool isFile = planted.EndsWith("file", StringComparison.Ordinal);
        File.CreateSymbolicLink(link, scratch.Of(isFile ? "outside/secret" : "outside"));
        var restore = await CommandLine.CofferAsync("restore", scratch.Of("tree"), "--to", scratch.Of("target"),
            "--if-exists", ifExists, "--home", scratch.Home);
        restore.ShouldExitWith(0, 3);

        Directory.EnumerateFileSystemEntries(scratch.Of("outside"), "*", SearchOption.AllDirectories)
            .ShouldBe([scratch.Of("outside/sub"), scratch.Of("outside/secret")], ignoreOrder: true);
        (await File.ReadAllTextAsync(scratch.Of("outside/secret"), token)).ShouldBe("not ours");
        Directory.EnumerateFiles(scratch.Of("target"), "*file", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
        }).Count().ShouldBe(1, restore.All);
    }

    [Fact]
    public async Task Restore_OfEveryOddThingTwice_LeavesAllOfItAlone()
    {
        using var scratch = new ScratchFolder();
        await using var source = await ScratchVolume.MakeAsync("tmpfs", scratch.Path, "source");
        await using var target = await ScratchVolume.MakeAsync("tmpfs", scratch.Path, "target");
        string tree = Path.Combine(source.MountPoint, "tree"), restored = Path.Combine(target.MountPoint, "tree");
        (await CommandLine.RunAsync("python3", CommandLine.Script("make_tree.py"), tree)).ShouldExitWith(0);
        using var backup = await CommandResult.OfAsync([0, 3], "protect", tree, "--home", scratch.Home);
        using var first = await CommandResult.OfAsync(
            [0, 3], "restore", tree, "--to", target.MountPoint, "--home", scratch.Home);
        var before = await InodesAsync(restored);

        using var second = await CommandResult.OfAsync(
            [0, 3], "restore", tree, "--to", target.MountPoint, "--home", scratch.Home);

        second.Number("copies").ShouldBe(0, second.Output);
        second.Number("files").ShouldBe(0, second.Output);
        second.Number("others").ShouldBe(0, second.Output);
        (await InodesAsync(restored)).ShouldBe(before);
    }

    // Inode, change time and path: a file made or touched anew shows.
    private static async Task<string> InodesAsync(string root)
    {
        var found = await CommandLine.RunAsync("find", root, "!", "-type", "d", "-printf", "%i %C@ %p\\0");
        return found.ShouldExitWith(0).Output;
    }
}
