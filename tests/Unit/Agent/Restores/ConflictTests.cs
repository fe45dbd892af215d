using Coffer.Agent.Restores;
using Coffer.Agent.Restores.Targets;

namespace Coffer.Unit.Agent.Restores;

public sealed class ConflictTests
{
    private const string Copy = "2026-03-01 21-00 Copy of ";

    [Theory]
    [InlineData(IfExists.Copy, "old", "new", 1, 0, 0)]
    [InlineData(IfExists.Overwrite, "new", null, 0, 1, 0)]
    [InlineData(IfExists.Skip, "old", null, 0, 0, 1)]
    public async Task Run_FileInTheWay_IsSettledAsAsked(
        IfExists ifExists, string content, string? copy, long copies, long overwritten, long skipped)
    {
        await using var scenario = new RestoreScenario();
        _ = scenario.Tree.File("f.txt", "new");
        scenario.Folder.AddFile("to/f.txt", "old");
        var result = await scenario.RestoreAsync(with: r => r with { IfExists = ifExists });
        result.Findings.ShouldBeEmpty();
        (result.Copies, result.Overwritten, result.Skipped, result.Equal).ShouldBe((copies, overwritten, skipped, 0));
        scenario.Read("f.txt").ShouldBe(content);
        File.Exists(Path.Combine(scenario.To, Copy + "f.txt")).ShouldBe(copy is not null);
        if (copy is not null) scenario.Read(Copy + "f.txt").ShouldBe(copy);
    }

    [Fact]
    public async Task Run_CopyNameTakenToo_GetsANumber()
    {
        await using var scenario = new RestoreScenario();
        _ = scenario.Tree.File("f.txt", "new");
        scenario.Folder.AddFile("to/f.txt", "old");
        scenario.Folder.AddFile($"to/{Copy}f.txt", "older");
        _ = await scenario.RestoreAsync();
        scenario.Read(Copy + "f (2).txt").ShouldBe("new");
        scenario.Read(Copy + "f.txt").ShouldBe("older");
    }

    [Theory]
    [InlineData(IfExists.Copy)]
    [InlineData(IfExists.Overwrite)]
    [InlineData(IfExists.Skip)]
    public async Task Run_EverythingIsThere_IsLeftAlone(IfExists ifExists)
    {
        await using var scenario = new RestoreScenario();
        _ = scenario.Tree.Folder("a");
        _ = scenario.Tree.Bundle(("a/1", "one"), ("a/2", "two"));
        _ = scenario.Tree.File("empty", "");
        _ = scenario.Tree.Link("l", "x");
        _ = await scenario.RestoreAsync();
        ulong inode = InodeOf(Path.Combine(scenario.To, "a/1"));
        var again = await scenario.RestoreAsync(with: r => r with { IfExists = ifExists });
        (again.Equal, again.Files, again.Copies, again.Overwritten, again.Skipped).ShouldBe((4, 0, 0, 0, 0));
        scenario.Names().ShouldBe(["a", "empty", "l"]);
        InodeOf(Path.Combine(scenario.To, "a/1")).ShouldBe(inode);
    }

    [Fact]
    public async Task Run_SameSizeAndTimeButOtherBytes_IsAConflict()
    {
        await using var scenario = new RestoreScenario();
        _ = scenario.Tree.File("f", "new");
        _ = await scenario.RestoreAsync();
        string path = Path.Combine(scenario.To, "f");
        var time = File.GetLastWriteTimeUtc(path);
        File.WriteAllText(path, "old");
        File.SetLastWriteTimeUtc(path, time);
        (await scenario.RestoreAsync()).Copies.ShouldBe(1);
    }

    [Theory]
    [InlineData(IfExists.Copy)]
    [InlineData(IfExists.Overwrite)]
    [InlineData(IfExists.Skip)]
    public async Task Run_FileWhereAFolderBelongs_IsSettledAsAsked(IfExists ifExists)
    {
        await using var scenario = new RestoreScenario();
        _ = scenario.Tree.Folder("a");
        _ = scenario.Tree.File("a/1", "one");
        scenario.Folder.AddFile("to/a", "old");
        var result = await scenario.RestoreAsync(with: r => r with { IfExists = ifExists });
        string expected = ifExists switch { IfExists.Copy => Copy + "a/1", IfExists.Overwrite => "a/1", _ => "" };
        if (expected.Length > 0) scenario.Read(expected).ShouldBe("one");
        if (ifExists != IfExists.Overwrite) scenario.Read("a").ShouldBe("old");
        result.Files.ShouldBe(expected.Length > 0 ? 1 : 0);
    }

    [Fact]
    public async Task Run_FolderWhereAFileBelongs_IsNeverReplaced()
    {
        await using var scenario = new RestoreScenario();
        _ = scenario.Tree.File("a", "one");
        scenario.Folder.AddFile("to/a/kept", "kept");
        var result = await scenario.RestoreAsync(with: r => r with { IfExists = IfExists.Overwrite });
        result.Findings.ShouldHaveSingleItem().Code.ShouldBe("file.not-written");
        scenario.Read("a/kept").ShouldBe("kept");
        scenario.Names().ShouldBe(["a"]);
    }

    [Fact]
    public async Task Run_ExistingFolder_KeepsItsMetadataUnlessOverwritten()
    {
        await using var scenario = new RestoreScenario();
        _ = scenario.Tree.Folder("a", mode: 0x1c0);
        string path = scenario.Folder.AddFolder("to/a");
        uint before = Stat(path).Mode;
        _ = await scenario.RestoreAsync();
        Stat(path).Mode.ShouldBe(before);
        _ = await scenario.RestoreAsync(with: r => r with { IfExists = IfExists.Overwrite });
        Stat(path).Mode.ShouldBe(0x1c0u);
    }

    [Fact]
    public async Task DryRun_Conflicts_AreCountedAndNothingChanges()
    {
        await using var scenario = new RestoreScenario();
        _ = scenario.Tree.Folder("a");
        _ = scenario.Tree.Bundle(("a/1", "one"), ("f", "new"));
        scenario.Folder.AddFile("to/f", "old");
        var result = await scenario.RestoreAsync(with: r => r with { IsDryRun = true });
        (result.Files, result.Folders, result.Copies, result.Bytes).ShouldBe((2, 1, 1, 6));
        scenario.Names().ShouldBe(["f"]);
        result.Wanted.ShouldBe(["/a", "/a/1", "/f"], ignoreOrder: true);
        result.CopyNames.ShouldBe([new RestoredCopy("/f", "")]);
        var done = await scenario.RestoreAsync();
        done.CopyNames.ShouldBe([new RestoredCopy("/f", Copy + "f")]);
        (done with { CopyNames = result.CopyNames, Wanted = result.Wanted }).ShouldBeEquivalentTo(result);
        (await scenario.RestoreAsync(with: r => r with { IsDryRun = true })).Equal.ShouldBe(1);
    }

    [Theory]
    [InlineData("a.txt", 1, Copy + "a.txt")]
    [InlineData("a.txt", 12, Copy + "a (12).txt")]
    [InlineData(".profile", 2, Copy + ".profile (2)")]
    [InlineData("noext", 2, Copy + "noext (2)")]
    public void CopyName_Samples_AreAsDescribed(string name, int number, string expected) =>
        Name(name, number).ShouldBe(expected);

    [Theory]
    [InlineData('a', 1)]
    [InlineData('\u00e4', 1)]
    [InlineData('\u20ac', 3)]
    public void CopyName_LongName_IsCutBeforeItsExtension(char letter, int number)
    {
        string stem = new(letter, 250 / System.Text.Encoding.UTF8.GetByteCount([letter]));
        string name = Name(stem + ".txt", number);
        System.Text.Encoding.UTF8.GetByteCount(name).ShouldBeInRange(252, 255);
        name.ShouldEndWith(number == 1 ? letter + ".txt" : $"{letter} ({number}).txt");
    }

    [Fact]
    public void CopyName_Time_IsLocal()
    {
        var zone = TimeZoneInfo.CreateCustomTimeZone("x", TimeSpan.FromHours(5), "x", "x");
        var name = new CopyName(new DateTimeOffset(2026, 3, 1, 21, 0, 0, TimeSpan.Zero), zone);
        System.Text.Encoding.UTF8.GetString(name.Of("a"u8, 1)).ShouldBe("2026-03-02 02-00 Copy of a");
    }

    private static string Name(string name, int number) => System.Text.Encoding.UTF8.GetString(
        new CopyName(new DateTimeOffset(2026, 3, 1, 21, 0, 0, TimeSpan.Zero), TimeZoneInfo.Utc)
            .Of(System.Text.Encoding.UTF8.GetBytes(name), number));

    private static ulong InodeOf(string path) => Stat(path).Inode;

    private static Coffer.FileSystem.FileMetadata Stat(string path)
    {
        Coffer.FileSystem.SystemPaths.Stat(System.Text.Encoding.UTF8.GetBytes(path), out var found)
            .IsError.ShouldBeFalse();
        return found;
    }
}
