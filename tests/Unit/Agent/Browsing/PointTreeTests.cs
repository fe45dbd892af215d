using System.Text;
using Coffer.Agent.Browsing;
using Coffer.Domain;

namespace Coffer.Unit.Agent.Browsing;

public sealed class PointTreeTests
{
    [Fact]
    public async Task List_RootOfSeveralVolumes_ShowsTheWayToEach()
    {
        await using var scene = await Scene.OpenAsync("/home", "/srv/data", "/srv/logs");
        (await scene.ListAsync("/")).ShouldBe(["/home", "/srv"]);
        (await scene.ListAsync("/srv")).ShouldBe(["/srv/data", "/srv/logs"]);
        (await scene.ListAsync("/srv/data")).ShouldBe(["/srv/data/d", "/srv/data/f"]);
        var way = await scene.Tree.FindAsync("/srv"u8.ToArray(), default);
        way!.IsWay.ShouldBeTrue();
        (await scene.Tree.FindAsync("/srv/data"u8.ToArray(), default))!.IsWay.ShouldBeFalse();
    }

    [Fact]
    public async Task List_VolumeMountedInAnother_HidesWhatLiesBeneath()
    {
        await using var scene = await Scene.OpenAsync("/", "/d");
        (await scene.ListAsync("/")).ShouldBe(["/d", "/f"]);
        (await scene.ListAsync("/d")).ShouldBe(["/d/d", "/d/f"]);
        var all = new List<string>();
        await foreach (var entry in scene.Tree.ListAllAsync("/"u8.ToArray(), TestContext.Current.CancellationToken))
            all.Add(Encoding.UTF8.GetString(entry.Path));
        all.ShouldBe(["/", "/f", "/d", "/d/d", "/d/d/x", "/d/f"]);
    }

    [Fact]
    public async Task List_AFile_GivesItAlone()
    {
        await using var scene = await Scene.OpenAsync("/");
        (await scene.ListAsync("/f")).ShouldBe(["/f"]);
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/f/below")]
    public async Task List_PathThatIsNotThere_SaysSo(string path)
    {
        await using var scene = await Scene.OpenAsync("/");
        (await Should.ThrowAsync<FaultException>(() => scene.ListAsync(path))).Fault.Code.ShouldBe("path.not-in-point");
    }

    [Fact]
    public async Task Measure_Folder_CountsAllBelow()
    {
        await using var scene = await Scene.OpenAsync("/", "/mnt");
        (await scene.Tree.MeasureAsync("/"u8.ToArray(), default)).ShouldBe(new TreeSize(4, 4, 0, 8));
        (await scene.Tree.MeasureAsync("/d"u8.ToArray(), default)).ShouldBe(new TreeSize(1, 1, 0, 1));
    }

    [Theory]
    [InlineData("x", false, "/d/x")]
    [InlineData("*", false, "/,/d,/d/x,/f")]
    [InlineData("/d/*", false, "/d/x")]
    [InlineData("d/x", false, "/d/x")]
    [InlineData("F", false, "")]
    [InlineData("F", true, "/f")]
    [InlineData("[e-g]", false, "/f")]
    public async Task Search_Pattern_FindsWhatMatches(string pattern, bool ignoresCase, string expected)
    {
        await using var scene = await Scene.OpenAsync("/");
        var found = new List<string>();
        var glob = new GlobPattern(Encoding.UTF8.GetBytes(pattern), ignoresCase);
        await foreach (
            var entry in scene.Tree.SearchAsync(glob, "/"u8.ToArray(), TestContext.Current.CancellationToken))
            found.Add(Encoding.UTF8.GetString(entry.Path));
        string.Join(',', found).ShouldBe(expected);
    }

    [Theory]
    [InlineData("*.txt", "a/b.txt", true)]
    [InlineData("*.txt", "a.txt/b", false)]
    [InlineData("a*b*c", "axxbyyc", true)]
    [InlineData("a*b*c", "axxbyy", false)]
    [InlineData("?", "ab", false)]
    [InlineData("/a/**/z", "a/z", true)]
    [InlineData("/a/**/z", "a/b/c/z", true)]
    [InlineData("/a/**/z", "a/bz", false)]
    [InlineData("/**", "a/b", true)]
    [InlineData("/a/*", "a/b/c", false)]
    [InlineData("b/c", "a/b/c", true)]
    [InlineData("b/c", "a/bb/c", false)]
    [InlineData("[!a]x", "bx", true)]
    [InlineData("[!a]x", "ax", false)]
    [InlineData("[]x]", "]", true)]
    [InlineData("[x", "[x", true)]
    [InlineData(@"\*", "*", true)]
    [InlineData(@"\*", "x", false)]
    [InlineData("a**b", "axb", true)]
    public void GlobPattern_Samples_Match(string pattern, string path, bool matches) =>
        new GlobPattern(Encoding.UTF8.GetBytes(pattern)).Matches([], Encoding.UTF8.GetBytes(path)).ShouldBe(matches);

    private sealed class Scene : IAsyncDisposable
    {
        private readonly MemoryFrames _frames = new();
        private PageReader _pages = null!;

        public PointTree Tree { get; private set; } = null!;

        public static async Task<Scene> OpenAsync(params string[] mounts)
        {
            var scene = new Scene();
            scene._pages = new PageReader(scene._frames, scene._frames.Keys);
            var points = new List<PointBrowser>();
            foreach (string mount in mounts)
            {
                var tree = new ScriptedTree(scene._frames) { MountPath = mount };
                _ = tree.Folder("d");
                _ = tree.File("d/x", "1");
                _ = tree.File("f", "123");
                points.Add(await PointBrowser.OpenAsync(scene._pages, tree.Commit(), default));
            }

            scene.Tree = new PointTree(points);
            return scene;
        }

        public async Task<List<string>> ListAsync(string path)
        {
            var found = new List<string>();
            await foreach (
                var entry in Tree.ListAsync(Encoding.UTF8.GetBytes(path), TestContext.Current.CancellationToken))
                found.Add(Encoding.UTF8.GetString(entry.Path));
            return found;
        }

        public async ValueTask DisposeAsync()
        {
            _pages.Dispose();
            await _frames.DisposeAsync();
        }
    }
}
