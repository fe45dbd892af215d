using Coffer.Agent.Browsing;
using Coffer.Agent.Verifying;
using Coffer.Domain;
using Coffer.Format;
using Coffer.Format.Frames;
using Coffer.Format.Listing;

namespace Coffer.Unit.Agent.Verifying;

public sealed class VerifyRunTests
{
    [Theory]
    [InlineData(VerifyDepth.Pages, 0)]
    [InlineData(VerifyDepth.Data, 2)]
    public async Task Run_SoundPoints_OpensEachNodeOnce(VerifyDepth depth, int chunks)
    {
        await using var frames = new MemoryFrames();
        var (tree, _) = Tree(frames);
        var first = tree.Commit();
        _ = tree.Folder("more");
        var second = tree.Commit(2);
        using var pages = new PageReader(frames, frames.Keys);
        var result = await new VerifyRun(pages, [first, second], depth, TimeProvider.System).RunAsync(null, default);
        result.FindingsTotal.ShouldBe(0);
        (result.Points, result.Chunks, result.Damaged).ShouldBe((2, chunks, 0));
        frames.Reads.Count.ShouldBe(frames.Reads.Distinct().Count());
        result.Pages.ShouldBe(frames.Ids.Count(id => frames.KindOf(id) is not NodeKind.Chunk and not NodeKind.Point));
    }

    [Fact]
    public async Task Run_DamagedBundle_NamesItsFilesInEachPoint()
    {
        await using var frames = new MemoryFrames();
        var (tree, bundle) = Tree(frames);
        var first = tree.Commit();
        tree.Remove("a/1");
        var second = tree.Commit(2);
        frames.Damage(bundle);
        var result = await RunAsync(frames, VerifyDepth.Data, first, second);
        result.Damaged.ShouldBe(1);
        result.Findings.Select(f => (f.Point == first, f.Path, f.Code)).ShouldBe(
            [(true, "/a/1", "file.damaged"), (true, "/a/2", "file.damaged"), (false, "/a/2", "file.damaged")]);
        (await RunAsync(frames, VerifyDepth.Pages, first, second)).FindingsTotal.ShouldBe(0);
    }

    [Fact]
    public async Task Run_LostBundle_IsToldWithoutReadingChunks()
    {
        await using var frames = new MemoryFrames();
        var (tree, bundle) = Tree(frames);
        var point = tree.Commit();
        frames.Lose(bundle);
        var result = await RunAsync(frames, VerifyDepth.Pages, point);
        (result.Damaged, result.Chunks).ShouldBe((1, 0));
        result.Findings.Select(f => (f.Path, f.Code)).ShouldBe([("/a/1", "file.damaged"), ("/a/2", "file.damaged")]);
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(4u)]
    [InlineData(uint.MaxValue)]
    public async Task Run_FileThatLiesElsewhereInItsChunk_IsNamedOnceDataIsRead(uint offset)
    {
        await using var frames = new MemoryFrames();
        var (tree, bundle) = Tree(frames);
        var sound = tree.Commit();
        var wrong = tree.Entries.Single(e => e.Path.AsSpan().SequenceEqual("a/1"u8));
        wrong.Fields = wrong.Fields with { ContentOffset = offset };
        var point = tree.Commit(2);
        var result = await RunAsync(frames, VerifyDepth.Data, sound, point);
        result.Damaged.ShouldBe(1);
        var finding = result.Findings.ShouldHaveSingleItem();
        (finding.Point, finding.Path, finding.Id, finding.Code).ShouldBe((point, "/a/1", bundle, "file.damaged"));
        (await RunAsync(frames, VerifyDepth.Pages, sound, point)).FindingsTotal.ShouldBe(0);
    }

    [Fact]
    public async Task Run_MoreFilesThanAreKeptAtATime_LooksAtEachAndCountsEachChunkOnce()
    {
        await using var frames = new MemoryFrames();
        var tree = new ScriptedTree(frames) { EntriesPerPage = 1 };
        _ = tree.Bundle(("1", "one"), ("2", "two"), ("3", "six"), ("4", "ten"));
        _ = tree.File("5", "other");
        var wrong = tree.Entries.Single(e => e.Path.AsSpan().SequenceEqual("4"u8));
        wrong.Fields = wrong.Fields with { ContentOffset = 1 };
        var point = tree.Commit();
        using var pages = new PageReader(frames, frames.Keys);
        var run = new VerifyRun(pages, [point], VerifyDepth.Data, TimeProvider.System) { FilePlaces = 1 };
        var result = await run.RunAsync(null, TestContext.Current.CancellationToken);
        (result.Chunks, result.Damaged).ShouldBe((2, 1));
        result.Findings.ShouldHaveSingleItem().Path.ShouldBe("/4");
    }

    [Theory]
    [InlineData(NodeKind.ListingPage, "listing.damaged")]
    [InlineData(NodeKind.ChangePage, "changes.damaged")]
    [InlineData(NodeKind.Point, "point.damaged")]
    public async Task Run_LostPage_IsTold(NodeKind kind, string code)
    {
        await using var frames = new MemoryFrames();
        var (tree, _) = Tree(frames);
        var point = tree.Commit();
        frames.Lose(frames.Ids.First(id => frames.KindOf(id) == kind));
        var result = await RunAsync(frames, VerifyDepth.Pages, point);
        result.Damaged.ShouldBe(1);
        result.Findings.Select(f => f.Code).Distinct().ShouldBe([code]);
    }

    [Fact]
    public async Task Run_ExtentPagesOfOneLevelBelowEachOther_AreToldAndNotFollowed()
    {
        await using var frames = new MemoryFrames();
        var body = new ByteWriter();
        var page = frames.Put(
            NodeKind.ExtentPage, ExtentPage.Encode([new Extent(0, 4, frames.PutChunk("1234"u8), 0)], body),
            body.Written);
        for (int i = 0; i < 3; i++)
            page = frames.Put(
                NodeKind.ExtentPage, ExtentPage.Encode(2, [new ExtentPageChild(4, page)], body), body.Written);
        var tree = new ScriptedTree(frames);
        _ = tree.Add(new ScriptedEntry("f"u8.ToArray())
        {
            Fields = new EntryFields
            {
                Mode = 0x81a4,
                Size = 4,
                Shape = ContentShape.Paged,
                Content = page,
                ExtentPageLevel = 2,
            },
        });
        var result = await RunAsync(frames, VerifyDepth.Pages, tree.Commit());
        result.Damaged.ShouldBe(1);
        result.Findings.ShouldHaveSingleItem().Path.ShouldBe("/f");
    }

    private static async Task<VerifyResult> RunAsync(MemoryFrames frames, VerifyDepth depth, params ObjectId[] points)
    {
        using var pages = new PageReader(frames, frames.Keys);
        return await new VerifyRun(pages, points, depth, TimeProvider.System)
            .RunAsync(null, TestContext.Current.CancellationToken);
    }

    private static (ScriptedTree Tree, ObjectId Bundle) Tree(MemoryFrames frames)
    {
        var tree = new ScriptedTree(frames);
        _ = tree.Folder("a");
        var bundle = tree.Bundle(("a/1", "one"), ("a/2", "two"));
        _ = tree.File("b", "other");
        return (tree, bundle);
    }
}
