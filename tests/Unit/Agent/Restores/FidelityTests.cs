using System.Text;
using Coffer.Agent.Restores;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.Format;
using Coffer.Format.Listing;
using Coffer.Unit.FileSystem;
using StoredXattrs = Coffer.Format.Listing.XattrSet;

namespace Coffer.Unit.Agent.Restores;

public sealed class FidelityTests
{
    [Fact]
    public async Task Run_HolesAndTail_AreGivenBack()
    {
        await using var scenario = new RestoreScenario();
        var chunk = scenario.Frames.PutChunk("xxDATA"u8);
        var fields = new EntryFields
        {
            Mode = 0x8000 | 0x1a4,
            Size = 4_000_000,
            Shape = ContentShape.Extents,
            MtimeSeconds = 5,
        };
        _ = scenario.Tree.Add(new ScriptedEntry("sparse"u8.ToArray())
        {
            Fields = fields,
            Extents = [new Extent(1_000_000, 4, chunk, 2), new Extent(1_000_000, 2, chunk, 0)],
        });
        _ = scenario.Tree.Add(
            new ScriptedEntry("hole"u8.ToArray()) { Fields = fields with { Shape = ContentShape.None } });
        var result = await scenario.RestoreAsync();
        result.Findings.ShouldBeEmpty();
        byte[] bytes = File.ReadAllBytes(Path.Combine(scenario.To, "sparse"));
        bytes.Length.ShouldBe(4_000_000);
        Encoding.ASCII.GetString(bytes, 1_000_000, 4).ShouldBe("DATA");
        Encoding.ASCII.GetString(bytes, 2_000_004, 2).ShouldBe("xx");
        bytes.Count(b => b != 0).ShouldBe(6);
        Stat(scenario, "sparse").Blocks.ShouldBeLessThan(1000);
        (Stat(scenario, "hole").Size, Stat(scenario, "hole").Blocks).ShouldBe((4_000_000, 0));
        (await scenario.RestoreAsync()).Equal.ShouldBe(2);
    }

    [Fact]
    public async Task Run_PagedExtents_AreFollowedThroughTheirLevels()
    {
        await using var scenario = new RestoreScenario();
        var body = new ByteWriter();
        var children = new List<ExtentPageChild>();
        var expected = new StringBuilder();
        for (int page = 0; page < 3; page++)
        {
            var extents = new List<Extent>();
            for (int i = 0; i < 20; i++)
            {
                string text = $"page {page} extent {i};";
                expected.Append(text);
                extents.Add(new Extent(0, (ulong)text.Length, scenario.Frames.PutChunk(ScriptedTree.Bytes(text)), 0));
            }

            var references = ExtentPage.Encode(extents.ToArray(), body);
            var id = scenario.Frames.Put(Coffer.Format.Frames.NodeKind.ExtentPage, references, body.Written);
            children.Add(new ExtentPageChild((ulong)extents.Sum(e => (long)e.Length), id));
        }

        var top = scenario.Frames.Put(
            Coffer.Format.Frames.NodeKind.ExtentPage, ExtentPage.Encode(2, children.ToArray(), body), body.Written);
        _ = scenario.Tree.Add(new ScriptedEntry("big"u8.ToArray())
        {
            Fields = new EntryFields
            {
                Mode = 0x8000 | 0x1a4,
                Size = (ulong)expected.Length,
                Shape = ContentShape.Paged,
                Content =
                    top,
                ExtentPageLevel = 2,
            },
        });
        var result = await scenario.RestoreAsync();
        result.Findings.ShouldBeEmpty();
        scenario.Read("big").ShouldBe(expected.ToString());
    }

    [Fact]
    public async Task Run_HardLinks_ShareOneFileOnlyWhereEqual()
    {
        await using var scenario = new RestoreScenario();
        _ = scenario.Tree.Folder("a");
        _ = scenario.Tree.Folder("b");
        foreach (string path in (string[])["a/1", "b/2", "c", "odd"])
        {
            var file = scenario.Tree.File(path, "same", mtime: path == "odd" ? 9 : 8);
            file.Fields = file.Fields with { HardLinkGroup = 77 };
        }

        var result = await scenario.RestoreAsync();
        result.Findings.ShouldBeEmpty();
        (result.Files, result.Bytes).ShouldBe((4, 8));
        ulong inode = Stat(scenario, "a/1").Inode;
        (Stat(scenario, "b/2").Inode, Stat(scenario, "c").Inode).ShouldBe((inode, inode));
        Stat(scenario, "odd").Inode.ShouldNotBe(inode);
        (await scenario.RestoreAsync()).Equal.ShouldBe(4);
        (await scenario.RestoreAsync(with: r => r with { IfExists = IfExists.Overwrite })).Equal.ShouldBe(4);
        Stat(scenario, "a").Modified.ShouldBe(new FileTime(1_000_000, 0));
    }

    [Fact]
    public async Task Run_HardLinkedLargeFile_IsLinkedWhenItIsThere()
    {
        await using var scenario = new RestoreScenario();
        var extents = Enumerable.Range(0, 30)
            .Select(i => new Extent(0, 10, scenario.Frames.PutChunk(ScriptedTree.Bytes($"chunk {i:d4}")), 0)).ToArray();
        foreach (string path in (string[])["1", "2"])
        {
            _ = scenario.Tree.Add(new ScriptedEntry(ScriptedTree.Bytes(path))
            {
                Fields = new EntryFields
                {
                    Mode = 0x8000 | 0x1a4,
                    Size = 300,
                    Shape =
                    ContentShape.Extents,
                    HardLinkGroup = 3
                },
                Extents = extents,
            });
        }

        (await scenario.RestoreAsync()).Findings.ShouldBeEmpty();
        scenario.Read("2").Length.ShouldBe(300);
        Stat(scenario, "2").Inode.ShouldBe(Stat(scenario, "1").Inode);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(6000)]
    public async Task Run_Xattrs_AreGivenBackAlsoFromAChunk(int length)
    {
        await using var scenario = new RestoreScenario();
        byte[] value = new byte[length];
        value.AsSpan().Fill(7);
        scenario.Folder.AddFile("probe");
        Assert.SkipUnless(scenario.Folder.TrySetXattr("probe", "user.x", value), "no attributes of that size here");
        var encoded = new ByteWriter();
        StoredXattrs.Encode([new Xattr("user.x"u8.ToArray(), value)], encoded);
        var set = encoded.Length <= Coffer.Format.Limits.InlineXattrBytes
            ? StoredXattrs.Inline(encoded.Written)
            : StoredXattrs.InChunk(scenario.Frames.PutChunk(encoded.Written), encoded.Length);
        var content = scenario.Frames.PutChunk("f"u8);
        _ = scenario.Tree.Add(scenario.Tree.File("f"u8.ToArray(), "f"u8.ToArray(), content, 0) with { Xattrs = set });
        (await scenario.RestoreAsync()).Findings.ShouldBeEmpty();
        OpenTo(scenario, out var target);
        using (target)
        using (var found = new Coffer.FileSystem.XattrSet())
        {
            target.Root.ReadXattrs("f"u8, found).IsError.ShouldBeFalse();
            found.Value(found.IndexOf("user.x"u8)).SequenceEqual(value).ShouldBeTrue();
        }

        (await scenario.RestoreAsync()).Equal.ShouldBe(1);
    }

    [Fact]
    public async Task Run_OddNamesAndDepth_AreExact()
    {
        await using var scenario = new RestoreScenario();
        byte[][] names = [[0xff, 0xfe], "new\nline"u8.ToArray(), "-rf *"u8.ToArray(),
            [.. Enumerable.Repeat((byte)'n', 255)], "\\"u8.ToArray()];
        foreach (byte[] name in names) _ =
            scenario.Tree.File(name, "x"u8.ToArray(), scenario.Frames.PutChunk("x"u8), 0);
        byte[] deep = [];
        for (int i = 0; i < 40; i++)
        {
            deep = [.. deep, .. i == 0 ? [] : "/"u8, .. Enumerable.Repeat((byte)'d', 200)];
            _ = scenario.Tree.Add(
                new ScriptedEntry(deep) { Fields = new EntryFields { Mode = 0x41c0, MtimeSeconds = i } });
        }

        _ = scenario.Tree.File([.. deep, .. "/f"u8], "deep"u8.ToArray(), scenario.Frames.PutChunk("deep"u8), 0);
        var result = await scenario.RestoreAsync();
        result.Findings.ShouldBeEmpty();
        (result.Files, result.Folders).ShouldBe((6, 40));
        (await scenario.RestoreAsync()).Equal.ShouldBe(6);
    }

    [Fact]
    public async Task Run_NodesAndTimes_AreExact()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "devices and owners need root");
        await using var scenario = new RestoreScenario();
        (string Name, uint Mode, uint Major, uint Minor)[] nodes =
            [("fifo", 0x1000, 0, 0), ("socket", 0xc000, 0, 0), ("char", 0x2000, 1, 3), ("block", 0x6000, 7, 300)];
        foreach (var (name, mode, major, minor) in nodes)
        {
            _ = scenario.Tree.Add(new ScriptedEntry(ScriptedTree.Bytes(name))
            {
                Fields = new EntryFields
                {
                    Mode = mode | 0x1b0,
                    DeviceMajor = major,
                    DeviceMinor = minor,
                    MtimeSeconds =
                        -5,
                    MtimeNanoseconds = 999_999_999,
                },
                Owner = new Ownership(1234, [], 4321, []),
            });
        }

        var result = await scenario.RestoreAsync();
        result.Findings.ShouldBeEmpty();
        result.Others.ShouldBe(4);
        foreach (var (name, _, major, minor) in nodes)
        {
            var found = Stat(scenario, name);
            (found.Uid, found.Gid, found.Mode).ShouldBe((1234u, 4321u, 0x1b0u));
            (found.NodeMajor, found.NodeMinor).ShouldBe((major, minor));
            found.Modified.ShouldBe(new FileTime(-5, 999_999_999));
        }

        (await scenario.RestoreAsync()).Equal.ShouldBe(4);
    }

    [Fact]
    public async Task Run_WithoutPermissions_GivesOnlyTimes()
    {
        await using var scenario = new RestoreScenario();
        _ = scenario.Tree.File("f", "x", mode: 0x1c0);
        _ = await scenario.RestoreAsync(with: r => r with { WithPermissions = false });
        Stat(scenario, "f").Mode.ShouldNotBe(0x1c0u);
        Stat(scenario, "f").Modified.ShouldBe(new FileTime(1_000_000, 5));
    }

    [Fact]
    public async Task Run_ContentMissing_IsToldAndNotInvented()
    {
        await using var scenario = new RestoreScenario();
        var file = scenario.Tree.File("f", "");
        file.Fields = file.Fields with { Size = 10, Marks = EntryMarks.ContentMissing };
        var result = await scenario.RestoreAsync();
        result.Findings.ShouldHaveSingleItem().ShouldBe(new RestoreFinding(
            "/f", "content.missing", "its content could not be read when it was backed up"));
        scenario.Names().ShouldBeEmpty();
    }

    private static FileMetadata Stat(RestoreScenario scenario, string path)
    {
        SystemPaths.Stat(Encoding.UTF8.GetBytes(Path.Combine(scenario.To, path)), out var found)
            .IsError.ShouldBeFalse();
        return found;
    }

    private static void OpenTo(RestoreScenario scenario, out Coffer.FileSystem.Restoring.RestoreTarget target)
    {
        Coffer.FileSystem.Restoring.RestoreTarget.Open(
            Encoding.UTF8.GetBytes(scenario.To), Coffer.FileSystem.Restoring.RestoreAspects.All, out var opened)
                .IsError.ShouldBeFalse();
        target = opened!;
    }
}
