using Coffer.Agent.Policies.Previewing;
using Coffer.Domain;

namespace Coffer.Unit.Agent.Policies.Previewing;

public sealed class PathQuestionTests : IDisposable
{
    private readonly PreviewScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("a/plain", PathFate.Taken, null, null)]
    [InlineData("a/x.tmp", PathFate.LeftOut, "*.tmp", "a/x.tmp")]
    [InlineData("a/keep.tmp", PathFate.Taken, "!keep.tmp", "a/keep.tmp")]
    [InlineData("modules/in/keep.tmp", PathFate.LeftOut, "modules/", "modules")]
    [InlineData("not/there.tmp", PathFate.LeftOut, "*.tmp", "not/there.tmp")]
    [InlineData("cached/file", PathFate.LeftOut, null, "cached")]
    [InlineData("cached", PathFate.Taken, null, null)]
    [InlineData("own/file", PathFate.LeftOut, null, "own")]
    [InlineData(".", PathFate.Taken, null, null)]
    [InlineData("../elsewhere", PathFate.NotSelected, null, null)]
    public void Explain_APath_TellsTheRuleThatDecides(string path, PathFate fate, string? pattern, string? decidedAt)
    {
        _scene.Folder.AddFile("a/plain");
        _scene.Folder.AddFile("a/x.tmp");
        _scene.Folder.AddFile("modules/in/keep.tmp");
        _scene.Folder.AddFile("cached/CACHEDIR.TAG", PreviewScene.CacheTag);
        _scene.Folder.AddFile("own/file");
        _scene.OwnFolders = [_scene.Folder.At("own")];
        var found = _scene.Explain(_scene.Folder.At(path), "*.tmp", "!keep.tmp", "modules/");
        found.Fate.ShouldBe(fate);
        (found.Pattern is null ? null : PathText.Render(found.Pattern.Text)).ShouldBe(pattern);
        (found.DecidedAt is null ? null : _scene.Relative(found.DecidedAt)).ShouldBe(decidedAt);
    }

    [Fact]
    public void Explain_ThroughALink_AsksAboutThePlaceItLeadsTo()
    {
        _scene.Folder.AddFile("real/x.tmp");
        _scene.Folder.AddLink("link", "real");
        var found = _scene.Explain(_scene.Folder.At("link/x.tmp"), "real/");
        (found.Fate, _scene.Relative(found.Path)).ShouldBe((PathFate.LeftOut, "real/x.tmp"));
        _scene.Explain(_scene.Folder.At("link"), "real/").Fate.ShouldBe(PathFate.Taken);
    }

    [Fact]
    public void Explain_AnyPath_AgreesWithThePreview()
    {
        string[] patterns = ["*.tmp", "!keep.tmp", "b/", "a/**/deep"];
        string[] files = ["a/x", "a/x.tmp", "a/keep.tmp", "b/keep.tmp", "a/q/deep/f", "a/deep", "c/b/d", "c/d"];
        foreach (string file in files) _scene.Folder.AddFile(file);
        int taken = files.Count(
            file => _scene.Explain(_scene.Folder.At(file), patterns).Fate == PathFate.Taken);
        _scene.Look(looksInto: false, patterns).Total.Files.ShouldBe(taken);
        taken.ShouldBeInRange(1, files.Length - 1);
    }
}
