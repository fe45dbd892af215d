using Coffer.Agent.Restores;
using Coffer.Format.Listing;

namespace Coffer.Unit.Agent.Restores;

public sealed class HostileTests
{
    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    public async Task Run_NameThatLeadsOut_EndsNowhereElse(string name)
    {
        await using var scenario = new RestoreScenario();
        _ = scenario.Tree.Folder("a");
        _ = scenario.Tree.File($"a/{name}", "evil");
        _ = scenario.Tree.Folder($"a/{name}/b");
        _ = scenario.Tree.File($"a/{name}/b/f", "evil");
        await Should.ThrowAsync<Coffer.Domain.CorruptionException>(() => scenario.RestoreAsync());
        Directory.GetFileSystemEntries(scenario.Folder.Path).ShouldBe([scenario.To]);
    }

    [Fact]
    public async Task Run_LinkInTheTarget_IsNotFollowed()
    {
        await using var scenario = new RestoreScenario();
        string outside = scenario.Folder.AddFolder("outside");
        scenario.Folder.AddFolder("to");
        scenario.Folder.AddLink("to/a", outside);
        _ = scenario.Tree.Folder("a");
        _ = scenario.Tree.File("a/f", "x");
        foreach (var ifExists in Enum.GetValues<IfExists>())
            _ = await scenario.RestoreAsync(with: r => r with { IfExists = ifExists });
        Directory.GetFileSystemEntries(outside).ShouldBeEmpty();
        scenario.Read("a/f").ShouldBe("x");
    }

    [Fact]
    public async Task Run_LinkThatThePointItselfRestored_IsNotFollowed()
    {
        await using var scenario = new RestoreScenario();
        string outside = scenario.Folder.AddFolder("outside");
        _ = scenario.Tree.Link("a", outside);
        var link = scenario.Tree.Commit();
        _ = await scenario.RestoreAsync(point: link);
        _ = scenario.Tree.Folder("a");
        _ = scenario.Tree.File("a/f", "x");
        _ = await scenario.RestoreAsync();
        Directory.GetFileSystemEntries(outside).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_FileWhoseNameIsALink_IsNotWrittenThrough()
    {
        await using var scenario = new RestoreScenario();
        string outside = scenario.Folder.AddFile("outside", "kept");
        scenario.Folder.AddFolder("to");
        scenario.Folder.AddLink("to/f", outside);
        _ = scenario.Tree.File("f", "new");
        _ = await scenario.RestoreAsync(with: r => r with { IfExists = IfExists.Overwrite });
        File.ReadAllText(outside).ShouldBe("kept");
        scenario.Read("f").ShouldBe("new");
    }

    [Fact]
    public async Task Run_ExtentsBeyondTheFile_CostThatFileOnly()
    {
        await using var scenario = new RestoreScenario();
        var chunk = scenario.Frames.PutChunk("12345678"u8);
        var fields = new EntryFields { Mode = 0x81a4, Size = 4, Shape = ContentShape.Extents };
        _ = scenario.Tree.Add(
            new ScriptedEntry("long"u8.ToArray()) { Fields = fields, Extents = [new Extent(0, 8, chunk, 0)] });
        _ = scenario.Tree.Add(new ScriptedEntry("gap"u8.ToArray())
        {
            Fields = fields,
            Extents =
            [new Extent(ulong.MaxValue, 8, chunk, 0)]
        });
        _ = scenario.Tree.Add(
            new ScriptedEntry("off"u8.ToArray()) { Fields = fields, Extents = [new Extent(0, 4, chunk, 6)] });
        _ = scenario.Tree.File("whole"u8.ToArray(), "123456789"u8.ToArray(), chunk, 0);
        _ = scenario.Tree.File("good", "good");
        var result = await scenario.RestoreAsync();
        result.Findings.Select(f => (f.Path, f.Code)).Order().ShouldBe(
            [("/gap", "file.damaged"), ("/long", "file.damaged"), ("/off", "file.damaged"),
                ("/whole", "file.damaged")]);
        scenario.Names().ShouldBe(["good"]);
    }

    [Fact]
    public async Task Run_OtherBytesAtAFilesPlace_CostThatFileOnly()
    {
        await using var scenario = new RestoreScenario();
        _ = scenario.Tree.Bundle(("a", "one"), ("b", "two"), ("c", "six"));
        var wrong = scenario.Tree.Entries.Single(e => e.Path.AsSpan().SequenceEqual("b"u8));
        wrong.Fields = wrong.Fields with { ContentOffset = 6 };
        scenario.Folder.AddFile("to/b", "kept");
        var result = await scenario.RestoreAsync(with: r => r with { IfExists = IfExists.Overwrite });
        result.Findings.Select(f => (f.Path, f.Code)).ShouldBe([("/b", "file.damaged")]);
        scenario.Names().ShouldBe(["a", "b", "c"]);
        scenario.Read("b").ShouldBe("kept");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_DamagedBundle_CostsItsFilesOnly(bool isLost)
    {
        await using var scenario = new RestoreScenario();
        _ = scenario.Tree.Folder("a");
        var bundle = scenario.Tree.Bundle(("a/1", "one"), ("a/2", "two"), ("b", "three"));
        _ = scenario.Tree.Bundle(("a/0", "zero"), ("c", "four"));
        var point = scenario.Tree.Commit();
        if (isLost) scenario.Frames.Lose(bundle);
        else scenario.Frames.Damage(bundle);
        scenario.Folder.AddFile("to/b", "kept");
        var result = await scenario.RestoreAsync(with: r => r with { IfExists = IfExists.Overwrite }, point: point);
        result.Findings.Select(f => (f.Path, f.Code)).Order().ShouldBe(
            [("/a/1", "file.damaged"), ("/a/2", "file.damaged"), ("/b", "file.damaged")]);
        scenario.Names("a").ShouldBe(["0"]);
        scenario.Read("b").ShouldBe("kept");
        scenario.Read("c").ShouldBe("four");
        if (!isLost) scenario.Frames.Reports.Select(r => r.Id).Distinct().ShouldBe([bundle]);
    }

    [Fact]
    public async Task Run_DamagedListingPage_CostsItsEntriesOnly()
    {
        await using var scenario = new RestoreScenario();
        for (int d = 0; d < 5; d++)
        {
            _ = scenario.Tree.Folder($"d{d}");
            for (int i = 0; i < 20; i++) _ = scenario.Tree.File($"d{d}/f{i:d2}", $"{d} {i}");
        }

        var point = scenario.Tree.Commit();
        var pages = scenario.Frames.Ids.Where(id =>
            scenario.Frames.KindOf(id) == Coffer.Format.Frames.NodeKind.ListingPage).Order().ToList();
        foreach (var page in pages.Take(4)) scenario.Frames.Damage(page);
        var result = await scenario.RestoreAsync(point: point);
        var damage = result.Findings.Where(f => f.Code == "listing.damaged").ToList();
        damage.Count.ShouldBe(4);
        result.Findings.Count.ShouldBe(4);
        long lost = damage.Sum(f => long.Parse(f.Reason.Split(' ')[0]));
        long found = Directory.EnumerateFiles(scenario.To, "*", SearchOption.AllDirectories).Count();
        found.ShouldBeInRange(100 - lost, 100);
        found.ShouldBe(result.Files);
    }
}
