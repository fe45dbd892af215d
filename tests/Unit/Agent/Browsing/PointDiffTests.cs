using System.Text;
using Coffer.Agent.Browsing;
using Coffer.Domain;
using Coffer.Format.Listing;
using Coffer.Unit.FileSystem;

namespace Coffer.Unit.Agent.Browsing;

public sealed class PointDiffTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Compare_RandomEdits_TellsWhatASlowComparisonTells(int seed)
    {
        await using var frames = new MemoryFrames();
        var random = new Sequence(seed);
        var tree = ListingCursorTests.RandomTree(frames, seed);
        var older = tree.Commit();
        var before = tree.Entries.ToDictionary(e => Text(e.Path), e => e.Fields.MtimeSeconds);
        foreach (var entry in tree.Entries.ToList())
        {
            if (!tree.Entries.Contains(entry)) continue;
            if (entry.Path.Length > 0 && random.Next(15) == 0)
            {
                foreach (var below in tree.Entries.Where(e => PathOrder.IsWithin(e.Path, entry.Path)).ToList())
                    tree.Remove(Text(below.Path));
            }
            else if (random.Next(15) == 0) _ = tree.Folder(Text(entry.Path), mtime: 2_000_000);
        }

        for (int i = 0; i < 5; i++) _ = tree.Folder($"new{random.Next(1000)}");
        var after = tree.Entries.ToDictionary(e => Text(e.Path), e => e.Fields.MtimeSeconds);
        using var pages = new PageReader(frames, frames.Keys);
        var changes = await ChangesAsync(pages, older, tree.Commit(), "");
        changes.Keys.Order().ShouldBe(
            before.Keys.Union(after.Keys).Where(k => before.GetValueOrDefault(k, -1) != after.GetValueOrDefault(k, -1))
                .Order(),
            $"seed {seed}");
        foreach (var (path, kinds) in changes)
        {
            var expected = !before.ContainsKey(path) ? ChangeKinds.Added : after.ContainsKey(path)
                ? ChangeKinds.Modified : ChangeKinds.Removed;
            kinds.ShouldBe(expected, $"seed {seed}: {path}");
        }
    }

    [Fact]
    public async Task Compare_OneChangeInALargePoint_ReadsFewPages()
    {
        await using var frames = new MemoryFrames();
        var tree = new ScriptedTree(frames) { ChildrenPerPage = 8, EntriesPerPage = 16 };
        for (int i = 0; i < 5000; i++) _ = tree.Folder($"d{i:d6}");
        var older = tree.Commit();
        _ = tree.Folder("d002500", mtime: 77);
        using var pages = new PageReader(frames, frames.Keys);
        var changes = await ChangesAsync(pages, older, tree.Commit(), "");
        changes.ShouldHaveSingleItem().Key.ShouldBe("d002500");
        pages.PagesRead.ShouldBeLessThan(20);
    }

    [Fact]
    public async Task Compare_BelowAFolder_TellsNothingElse()
    {
        await using var frames = new MemoryFrames();
        var tree = new ScriptedTree(frames);
        foreach (string path in (string[])["a", "a!", "b", "a/1", "a/2", "b/1"]) _ = tree.Folder(path);
        var older = tree.Commit();
        foreach (string path in (string[])["a!", "a/2", "b/1"]) _ = tree.Folder(path, mode: 0x1c0);
        using var pages = new PageReader(frames, frames.Keys);
        var changes = await ChangesAsync(pages, older, tree.Commit(), "a");
        changes.ShouldHaveSingleItem().ShouldBe(new KeyValuePair<string, ChangeKinds>("a/2", ChangeKinds.Mode));
    }

    [Fact]
    public async Task Compare_ContentInAnotherBundle_IsNoChange()
    {
        await using var frames = new MemoryFrames();
        var tree = new ScriptedTree(frames);
        var file = tree.File("f", "same");
        file.Fields = file.Fields with { HasContentHash = true };
        var older = tree.Commit();
        var again = tree.File(ScriptedTree.Bytes("f"), ScriptedTree.Bytes("same"), frames.PutChunk("xsame"u8), 1);
        again.Fields = again.Fields with { HasContentHash = true };
        using var pages = new PageReader(frames, frames.Keys);
        (await ChangesAsync(pages, older, tree.Commit(), "")).ShouldBeEmpty();
    }

    private static async Task<Dictionary<string, ChangeKinds>> ChangesAsync(
        PageReader pages, Coffer.Domain.ObjectId older, Coffer.Domain.ObjectId newer, string folder)
    {

        var left = await PointBrowser.OpenAsync(pages, older, default);
        var right = await PointBrowser.OpenAsync(pages, newer, default);
        var found = new Dictionary<string, ChangeKinds>();
        await foreach (var change in PointDiff.CompareAsync(left, right, ScriptedTree.Bytes(folder),
            TestContext.Current.CancellationToken))
            found.Add(Text(change.Path)[1..], change.Kinds);
        return found;
    }

    private static string Text(ReadOnlySpan<byte> path) => Encoding.UTF8.GetString(path);
}
