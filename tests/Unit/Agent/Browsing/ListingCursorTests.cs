using System.Text;
using Coffer.Agent.Browsing;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Listing;
using Coffer.Unit.FileSystem;

namespace Coffer.Unit.Agent.Browsing;

public sealed class ListingCursorTests
{
    private static readonly string[] Names =
        ["a", "b", "a!", "a-b", "ab", "a b", "\u00e4", "z", "0", "Z", "\x01", "ab.c"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task MoveNext_RandomTree_GivesAllEntriesInOrder(int seed)
    {
        await using var frames = new MemoryFrames();
        var tree = RandomTree(frames, seed);
        using var pages = new PageReader(frames, frames.Keys);
        var point = await PointBrowser.OpenAsync(pages, tree.Commit(), default);
        (await PathsAsync(point.OpenListing())).ShouldBe(tree.Entries.Select(Text), $"seed {seed}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Seek_AnyPathFromAnywhere_LeadsToTheFirstAtOrBehind(int seed)
    {
        await using var frames = new MemoryFrames();
        var tree = RandomTree(frames, seed);
        using var pages = new PageReader(frames, frames.Keys);
        var point = await PointBrowser.OpenAsync(pages, tree.Commit(), default);
        var cursor = point.OpenListing();
        var random = new Sequence(seed);
        var all = tree.Entries.ToList();
        for (int i = 0; i < 300; i++)
        {
            byte[] path = random.Next(3) == 0 ? RandomPath(random) : all[random.Next(all.Count)].Path;
            var expected = all.SkipWhile(e => PathOrder.Compare(e.Path, path) < 0).Select(Text).Take(3).ToList();
            await cursor.SeekAsync(path, default);
            var found = new List<string>();
            while (found.Count < 3 && await cursor.MoveNextAsync(default)) found.Add(Text(cursor.Entry.Path));
            found.ShouldBe(expected, $"seed {seed}, round {i}, seeking {Text(path)}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task SkipSubtree_OfEachFolderInTheRoot_GivesItsChildrenOnly(int seed)
    {
        await using var frames = new MemoryFrames();
        var tree = RandomTree(frames, seed);
        using var pages = new PageReader(frames, frames.Keys);
        var point = await PointBrowser.OpenAsync(pages, tree.Commit(), default);
        var cursor = point.OpenListing();
        var found = new List<string>();
        while (await cursor.MoveNextAsync(default))
        {
            found.Add(Text(cursor.Entry.Path));
            if (cursor.Entry.Path.Length > 0) await cursor.SkipSubtreeAsync(default);
        }

        found.ShouldBe(tree.Entries.Where(e => !e.Path.Contains((byte)'/')).Select(Text), $"seed {seed}");
    }

    [Fact]
    public async Task SkipSubtree_OfTheRoot_IsTheEnd()
    {
        await using var frames = new MemoryFrames();
        using var pages = new PageReader(frames, frames.Keys);
        var point = await PointBrowser.OpenAsync(pages, RandomTree(frames, 9).Commit(), default);
        var cursor = point.OpenListing();
        (await cursor.MoveNextAsync(default)).ShouldBeTrue();
        await cursor.SkipSubtreeAsync(default);
        (await cursor.MoveNextAsync(default)).ShouldBeFalse();
    }

    [Fact]
    public async Task Seek_InLargePoint_ReadsOnlyTheWayDown()
    {
        await using var frames = new MemoryFrames();
        var tree = new ScriptedTree(frames) { ChildrenPerPage = 8, EntriesPerPage = 16 };
        for (int i = 0; i < 20_000; i++) _ = tree.Folder($"d{i:d6}");
        using var pages = new PageReader(frames, frames.Keys);
        var point = await PointBrowser.OpenAsync(pages, tree.Commit(), default);
        (await point.FindAsync("d012345"u8.ToArray(), default)).ShouldNotBeNull();
        pages.PagesRead.ShouldBeLessThan(8);
    }

    [Fact]
    public async Task MoveNext_DamagedPage_TellsItAndGoesOn()
    {
        await using var frames = new MemoryFrames();
        var tree = RandomTree(frames, 5);
        var point = tree.Commit();
        var pageIds = frames.Ids.Where(id => frames.KindOf(id) == NodeKind.ListingPage).Order().ToList();
        frames.Damage(pageIds[pageIds.Count / 2]);
        using var pages = new PageReader(frames, frames.Keys);
        var browser = await PointBrowser.OpenAsync(pages, point, default);
        await Should.ThrowAsync<CorruptionException>(() => PathsAsync(browser.OpenListing()));
        var damage = new List<ListingDamage>();
        var found = await PathsAsync(browser.OpenListing(damage.Add));
        // Folders of the same contents share a page, so one that is damaged may be missing at several places.
        damage.ShouldNotBeEmpty();
        var all = tree.Entries.Select(Text).ToList();
        foreach (var lost in damage)
            all.RemoveRange(all.IndexOf(Text(lost.FirstPath.Span)), (int)lost.Entries);
        found.ShouldBe(all);
    }

    internal static ScriptedTree RandomTree(MemoryFrames frames, int seed)
    {
        var random = new Sequence(seed);
        var tree =
            new ScriptedTree(frames) { EntriesPerPage = 2 + random.Next(8), ChildrenPerPage = 2 + random.Next(3) };
        _ = tree.Folder("");
        for (int i = 0; i < 150; i++)
        {
            byte[] path = RandomPath(random);
            for (int end = path.AsSpan().IndexOf((byte)'/'); end >= 0; end = Next(path, end))
                _ = tree.Folder(Encoding.UTF8.GetString(path, 0, end));
            _ = tree.Folder(Encoding.UTF8.GetString(path));
        }

        return tree;
    }

    private static int Next(byte[] path, int end)
    {
        int next = path.AsSpan(end + 1).IndexOf((byte)'/');
        return next < 0 ? -1 : end + 1 + next;
    }

    private static byte[] RandomPath(Sequence random)
    {
        var parts = Enumerable.Range(0, 1 + random.Next(5)).Select(_ => Names[random.Next(Names.Length)]);
        return Encoding.UTF8.GetBytes(string.Join('/', parts));
    }

    private static async Task<List<string>> PathsAsync(ListingCursor cursor)
    {
        var paths = new List<string>();
        while (await cursor.MoveNextAsync(default)) paths.Add(Text(cursor.Entry.Path));
        return paths;
    }

    private static string Text(ScriptedEntry entry) => Text(entry.Path);

    private static string Text(ReadOnlySpan<byte> path) => Encoding.UTF8.GetString(path);
}
