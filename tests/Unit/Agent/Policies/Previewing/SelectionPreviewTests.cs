using Coffer.Agent.Policies.Previewing;
using Coffer.Domain;

namespace Coffer.Unit.Agent.Policies.Previewing;

public sealed class SelectionPreviewTests : IDisposable
{
    private readonly PreviewScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Run_WithoutExclusions_CountsAllThatIsThere()
    {
        Add("a/one", 10);
        Add("a/b/two", 20);
        _scene.Folder.AddLink("link", "a");
        var source = _scene.Look(looksInto: false).Sources.ShouldHaveSingleItem();
        source.Problem.ShouldBeNull();
        (source.Taken.Files, source.Taken.Bytes, source.Taken.Others).ShouldBe((2, 30, 1));
        // Its own, a and a/b, and those on the way to it from the volume's root.
        source.Taken.Folders.ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public void Run_Exclusions_AreToldEachWithWhatItLeavesOut()
    {
        Add("keep", 1);
        Add("a.tmp", 5);
        Add("d/b.tmp", 6);
        Add("modules/x", 100);
        Add("modules/in/y", 200);
        var report = _scene.Look(looksInto: false, "*.tmp", "modules/", "*.none");
        report.LeftOut.Select(Told).ShouldBe(["*.tmp 2 files 11 B, 0 unseen", "modules/ 0 files 0 B, 1 unseen"]);
        report.WithoutEffect.Select(pattern => PathText.Render(pattern.Text)).ShouldBe(["*.none"]);
        (report.Total.Files, report.Total.Bytes).ShouldBe((1, 1));
    }

    [Fact]
    public void Run_ExclusionOfLargeFiles_IsToldAndMissedByNobody()
    {
        Add("small", 100);
        Add("large.iso", 2000);
        var report = _scene.Look(looksInto: false, ">1KB", ">1TB");
        report.LeftOut.Select(Told).ShouldBe([">1KB 1 files 2000 B, 0 unseen"]);
        report.WithoutEffect.ShouldBeEmpty("that nothing is so large is no mistake");
        (report.Total.Files, report.Total.Bytes).ShouldBe((1, 100));
        _scene.Explain(_scene.Folder.At("large.iso"), ">1KB").Fate.ShouldBe(PathFate.LeftOut);
        _scene.Explain(_scene.Folder.At("small"), ">1KB").Fate.ShouldBe(PathFate.Taken);
    }

    [Fact]
    public void Run_LookingInto_CountsWhatFoldersHoldThatAreLeftOut()
    {
        Add("modules/x", 100);
        Add("modules/in/y.tmp", 200);
        Add("modulesx", 7);
        Add("z", 1);
        var report = _scene.Look(looksInto: true, "*.tmp", "modules/");
        report.LeftOut.Select(Told).ShouldBe(["modules/ 2 files 300 B, 0 unseen"]);
        report.LeftOut.Single().Count.Folders.ShouldBe(2);
        (report.Total.Files, report.Total.Bytes).ShouldBe((2, 8));
        report.WithoutEffect.Count.ShouldBe(1, "a pattern that only matches what another one leaves out");
    }

    [Theory]
    [InlineData(false, 0, 1)]
    [InlineData(true, 2, 0)]
    public void Run_FolderMarkedAsCache_IsKeptEmpty(bool looksInto, int files, int unseen)
    {
        _scene.Folder.AddFile("cache/CACHEDIR.TAG", PreviewScene.CacheTag);
        Add("cache/big", 100);
        Add("other", 1);
        var report = _scene.Look(looksInto);
        var left = report.LeftOut.ShouldHaveSingleItem();
        (left.Rule, left.Count.Files, left.FoldersUnseen).ShouldBe((LeavingRule.CacheFolder, files, unseen));
        (report.Total.Files, report.Total.Bytes).ShouldBe((1, 1));
    }

    [Fact]
    public void Run_OwnFolder_IsLeftOutAndNeverLookedInto()
    {
        Add("home/secret", 9);
        _scene.OwnFolders = [_scene.Folder.At("home")];
        var left = _scene.Look(looksInto: true).LeftOut.ShouldHaveSingleItem();
        (left.Rule, left.Count.Files, left.FoldersUnseen).ShouldBe((LeavingRule.OwnFolder, 0, 1));
    }

    [Fact]
    public void Run_NegatedPattern_TakesBackIn()
    {
        Add("a.tmp", 5);
        Add("keep.tmp", 6);
        var report = _scene.Look(looksInto: false, "*.tmp", "!keep.tmp");
        (report.Total.Files, report.Total.Bytes).ShouldBe((1, 6));
        report.WithoutEffect.ShouldBeEmpty();
    }

    [Fact]
    public void Run_SelectedPathGone_TellsItAndGoesOn()
    {
        var planned = _scene.Planned();
        _scene.Folder.Dispose();
        var source = new SelectionPreview(planned, false).Run(null, CancellationToken.None)
            .Sources.ShouldHaveSingleItem();
        source.Unreadable.ShouldBe(1);
        source.FirstUnreadable.ShouldNotBeNull();
    }

    [Fact]
    public void Run_Cancelled_Stops()
    {
        for (int i = 0; i < 300; i++) Add($"f{i}", 1);
        Should.Throw<OperationCanceledException>(
            () => new SelectionPreview(_scene.Planned(), false).Run(null, new CancellationToken(true)));
    }

    [Fact]
    public void Run_LargestFolders_AreThoseWhereMostLies()
    {
        Add("deep/down/here/big", 1000);
        Add("two/a/x", 300);
        Add("two/b/y", 200);
        Add("small/z", 1);
        var largest = _scene.Look(looksInto: false).Largest;
        largest.Select(folder => $"{_scene.Relative(folder.Path)} {folder.Files} {folder.Bytes}").ShouldBe(
            [". 4 1501", "deep/down/here 1 1000", "two 2 500", "two/a 1 300", "two/b 1 200", "small 1 1"]);
    }

    private void Add(string path, int bytes) => _scene.Folder.AddFile(path, new string('x', bytes));

    private static string Told(LeftOut left) =>
        $"{PathText.Render(left.Pattern!.Text)} {left.Count.Files} files {left.Count.Bytes} B, "
        + $"{left.FoldersUnseen} unseen";
}
