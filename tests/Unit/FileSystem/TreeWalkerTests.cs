using System.Text;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Walking;

namespace Coffer.Unit.FileSystem;

public sealed class TreeWalkerTests
{
    [Fact]
    public void Walk_TreeOfFiles_ComesInListingOrder()
    {
        using var folder = new TempFolder();
        foreach (string path in (string[])["b/x", "a/z", "a.b", "a/b/c", "a-", "B", "é", "b.c"]) folder.AddFile(path);
        Paths(folder, [[]]).ShouldBe(["", "B", "a", "a/b", "a/b/c", "a/z", "a-", "a.b", "b", "b/x", "b.c", "é"]);
    }

    [Theory]
    [InlineData(8 << 20, 64)]
    [InlineData(4 << 10, 2)]
    public void Walk_RandomTree_EqualsSlowReference(int directoryNamesBytes, int openDirectories)
    {
        int seed = Environment.TickCount;
        using var folder = new TempFolder();
        BuildRandomTree(folder, seed);
        var options = new WalkOptions
        {
            SpillFolder = Path.GetTempPath(),
            DirectoryNamesBytes = directoryNamesBytes,
            OpenDirectories = openDirectories,
        };
        string[] expected = [.. Directory.EnumerateFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories)
            .Select(p => p[(folder.Path.Length + 1)..])];
        Array.Sort(expected, static (a, b) => ReferenceOrder(a, b));
        Paths(folder, [[]], options)[1..].ShouldBe(expected, $"seed {seed}");
    }

    [Fact]
    public void Walk_DirectoryLargerThanItsMemory_IsMergedInOrder()
    {
        using var folder = new TempFolder();
        folder.AddFolder("d");
        var random = new Sequence(42);
        string[] names = [.. Enumerable.Range(0, 1200)
            .Select(i => $"{random.Next(900)}-{i}-{new string('n', random.Next(200))}")];
        foreach (string name in names) folder.AddFile("d/" + name);
        folder.AddFile("e");
        folder.AddFile("d/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55");
        var options = new WalkOptions { DirectoryNamesBytes = 8 << 10, SpillFolder = folder.AddFolder("spill") };
        string[] expected = [.. names.Append("CACHEDIR.TAG").Order(StringComparer.Ordinal).Select(n => "d/" + n)];
        Paths(folder, [[]], options).ShouldBe(["", "d", .. expected, "e", "spill"]);

        using VolumeRoot root = folder.OpenRoot();
        using var walker = new TreeWalker(root, ["d"u8.ToArray()], options);
        walker.MoveNext().ShouldBeTrue();
        walker.MoveNext().ShouldBeTrue();
        walker.HasCacheTag().ShouldBeTrue();
        walker.SkipContents();
        walker.MoveNext().ShouldBeFalse();
        Directory.GetFileSystemEntries(folder.At("spill")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false, "Entry None 2 a/z")]
    [InlineData(true, "Error Replaced 1 a")]
    public void Walk_DirectoryMovedFromUnderIt_FindsBackOrTellsTheLoss(bool isParentMovedToo, string expected)
    {
        using var folder = new TempFolder();
        folder.AddFile("a/b/c/d/f");
        folder.AddFile("a/z");
        folder.AddFile("q");
        using VolumeRoot root = folder.OpenRoot();
        using var walker = new TreeWalker(root, [[]], new WalkOptions { OpenDirectories = 2 });
        do walker.MoveNext().ShouldBeTrue();
        while (!walker.Name.SequenceEqual("f"u8));
        folder.AddFolder("r");
        Directory.Move(folder.At("a/b"), folder.At("r/b"));
        if (isParentMovedToo) Directory.Move(folder.At("a"), folder.At("r/a"));
        var rest = new List<string>();
        while (walker.MoveNext())
            rest.Add($"{walker.Kind} {walker.Error.Cause} {walker.Depth} {PathText.Render(walker.Path)}");
        rest.ShouldBe([expected, "Entry None 1 q"]);
    }

    [Fact]
    public void Walk_NamesThatAreNotText_ComeAsTheirBytes()
    {
        using var folder = new TempFolder();
        byte[][] names = [[0xff, 0xfe], [0x01, (byte)'\n'], [0xc3, 0x28], .. new[] { "…"u8.ToArray() }];
        foreach (byte[] name in names) folder.AddRaw(name);
        Walk(folder, [[]]).Skip(1).Select(e => e.Path)
            .ShouldBe(names.OrderBy(n => n, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b))),
                ignoreOrder: false);
    }

    [Fact]
    public void Walk_ChosenPaths_ShowsTheWayAndNothingElse()
    {
        using var folder = new TempFolder();
        foreach (string path in (string[])["a/b/c", "a/b/d/e", "a/x", "f", "g/h"]) folder.AddFile(path);
        var entries = Walk(folder, ["g"u8.ToArray(), "a/b/d"u8.ToArray(), "a/b/d/e"u8.ToArray(), "a/b/c"u8.ToArray(),
            "a/q"u8.ToArray()]);
        entries.Select(e => $"{e.Kind} {Encoding.UTF8.GetString(e.Path)} {e.Depth}").ShouldBe([
            "WayOnly  0", "WayOnly a 1", "WayOnly a/b 2", "Entry a/b/c 3", "Entry a/b/d 3", "Entry a/b/d/e 4",
            "Missing a/q 2", "Entry g 1", "Entry g/h 2"]);
    }

    [Fact]
    public void Walk_PathOf6000BytesAndDepth600_IsWalked()
    {
        using var folder = new TempFolder();
        string name = new('d', 9);
        using (var process = System.Diagnostics.Process.Start("sh", [
            "-c",
            $"cd '{folder.Path}' && i=0; while [ $i -lt 600 ]; do mkdir {name} && cd -P {name} || exit 1; "
            + "i=$((i+1)); done; echo x > last"]))
        {
            process.WaitForExit();
            process.ExitCode.ShouldBe(0);
        }

        var entries = Walk(folder, [[]]);
        entries.Count.ShouldBe(602);
        entries[^1].Path.Length.ShouldBe(600 * 10 + 4);
        entries.ShouldAllBe(e => e.Kind == WalkKind.Entry);
    }

    [Fact]
    public void Walk_FileThatVanishes_IsSkippedAndCounted()
    {
        using var folder = new TempFolder();
        folder.AddFile("a");
        folder.AddFile("b");
        folder.AddFile("c");
        using VolumeRoot root = folder.OpenRoot();
        using var walker = new TreeWalker(root, [[]], new WalkOptions());
        walker.MoveNext().ShouldBeTrue();
        walker.MoveNext().ShouldBeTrue();
        File.Delete(folder.At("b"));
        walker.MoveNext().ShouldBeTrue();
        walker.Name.SequenceEqual("c"u8).ShouldBeTrue();
        walker.VanishedCount.ShouldBe(1);
    }

    [Fact]
    public void Walk_DirectoryReplacedByALink_IsAnErrorAndNoDetour()
    {
        using var folder = new TempFolder();
        folder.AddFile("a/x");
        folder.AddFile("b/secret");
        folder.AddFile("c");
        using VolumeRoot root = folder.OpenRoot();
        using var walker = new TreeWalker(root, ["a"u8.ToArray(), "c"u8.ToArray()], new WalkOptions());
        walker.MoveNext().ShouldBeTrue();
        walker.MoveNext().ShouldBeTrue();
        Directory.Delete(folder.At("a"), recursive: true);
        folder.AddLink("a", "b");
        walker.MoveNext().ShouldBeTrue();
        walker.Kind.ShouldBe(WalkKind.Error);
        walker.Depth.ShouldBe(1);
        walker.Error.Cause.ShouldBeOneOf(OsCause.SymbolicLink, OsCause.NotADirectory);
        walker.MoveNext().ShouldBeTrue();
        walker.Path.SequenceEqual("c"u8).ShouldBeTrue();
        walker.MoveNext().ShouldBeFalse();
    }

    [Fact]
    public void Walk_DirectoryThatMayNotBeRead_IsToldAndPassedOnTheWay()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may read every directory");
        using var folder = new TempFolder();
        folder.AddFile("a/b/f");
        folder.AddFile("c");
        ReadingTests.Run("chmod", "111", folder.At("a"));
        var all = Walk(folder, [[]]).ConvertAll(e => $"{e.Kind} {PathText.Render(e.Path)} {e.Depth}");
        var chosen = Walk(folder, ["a/b"u8.ToArray()]).ConvertAll(e => $"{e.Kind} {PathText.Render(e.Path)} {e.Depth}");
        ReadingTests.Run("chmod", "755", folder.At("a"));
        all.ShouldBe(["Entry  0", "Entry a 1", "Error a 1", "Entry c 1"]);
        chosen.ShouldBe(["WayOnly  0", "WayOnly a 1", "Entry a/b 2", "Entry a/b/f 3"]);
    }

    [Fact]
    public void Walk_Filter_LeavesOutWithAllBelow()
    {
        using var folder = new TempFolder();
        foreach (string path in (string[])["keep/a", "node_modules/x/y", "big"]) folder.AddFile(path, path);
        var options = new WalkOptions { Filter = new NameFilter("node_modules", maxSize: 5) };
        folder.AddFile("keep/small", "1");
        Paths(folder, [[]], options).ShouldBe(["", "big", "keep", "keep/small"]);
    }

    [Theory]
    [InlineData("Signature: 8a477f597d28d172789f06886806bc55\n# more", true)]
    [InlineData("Signature: 8a477f597d28d172789f06886806bc5", false)]
    public void HasCacheTag_BySignature_IsTold(string content, bool expected)
    {
        using var folder = new TempFolder();
        folder.AddFile("cache/CACHEDIR.TAG", content);
        folder.AddFile("cache/x");
        folder.AddFile("plain/x");
        using VolumeRoot root = folder.OpenRoot();
        using var walker = new TreeWalker(root, [[]], new WalkOptions());
        var seen = new List<string>();
        while (walker.MoveNext())
        {
            seen.Add(PathText.Render(walker.Path));
            if (walker.HasCacheTag()) walker.SkipContents();
        }

        seen.Contains("cache/x").ShouldBe(!expected);
        seen[^2..].ShouldBe(["plain", "plain/x"]);
    }

    [Fact]
    public void Walk_NestedMount_IsABoundary()
    {
        VolumeRoot.Open("/"u8, out VolumeRoot? root).IsError.ShouldBeFalse();
        using (root)
        {
            using var walker = new TreeWalker(root!, ["proc"u8.ToArray()], new WalkOptions());
            walker.MoveNext().ShouldBeTrue();
            walker.MoveNext().ShouldBeTrue();
            walker.Kind.ShouldBe(WalkKind.Boundary);
            walker.Boundary.ShouldBe(BoundaryKind.Mount);
            walker.MoveNext().ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("a/../b")]
    [InlineData("/a")]
    [InlineData("a//b")]
    [InlineData("a/")]
    public void Walk_ChosenPathThatIsNotPlain_IsRefused(string path)
    {
        using var folder = new TempFolder();
        using VolumeRoot root = folder.OpenRoot();
        Should.Throw<ArgumentException>(() => new TreeWalker(root, [Encoding.UTF8.GetBytes(path)], new WalkOptions()));
    }

    internal static List<Walked> Walk(TempFolder folder, IEnumerable<byte[]> chosen, WalkOptions? options = null)
    {
        using VolumeRoot root = folder.OpenRoot();
        using var walker = new TreeWalker(root, chosen, options ?? new WalkOptions());
        var entries = new List<Walked>();
        while (walker.MoveNext())
            entries.Add(new Walked(walker.Kind, walker.Path.ToArray(), walker.Depth, walker.Metadata));
        return entries;
    }

    private static string[] Paths(TempFolder folder, IEnumerable<byte[]> chosen, WalkOptions? options = null) =>
        [.. Walk(folder, chosen, options).Select(e => Encoding.UTF8.GetString(e.Path))];

    private static void BuildRandomTree(TempFolder folder, int seed)
    {
        var random = new Sequence(seed);
        var folders = new List<string> { "" };
        for (int i = 0; i < 900; i++)
        {
            string parent = folders[Next(folders.Count)];
            string name = string.Concat(Enumerable.Range(0, 1 + Next(14)).Select(_ => "ab.-Zé0"[Next(7)])).Trim('.');
            if (name.Length == 0 || Path.Exists(folder.At(parent + name))) continue;
            if (Next(4) == 0)
            {
                folder.AddFolder(parent + name);
                folders.Add(parent + name + "/");
            }
            else
            {
                folder.AddFile(parent + name);
            }
        }

        int Next(int bound) => random.Next(bound);
    }

    private static int ReferenceOrder(string left, string right)
    {
        string[] a = left.Split('/'), b = right.Split('/');
        for (int i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            int order = Encoding.UTF8.GetBytes(a[i]).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b[i]));
            if (order != 0) return order;
        }

        return a.Length.CompareTo(b.Length);
    }

    internal sealed record Walked(WalkKind Kind, byte[] Path, int Depth, FileMetadata Metadata);

    private sealed class NameFilter(string leftOut, long maxSize) : IWalkFilter
    {
        public bool Admits(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, EntryType type) =>
            !name.SequenceEqual(Encoding.UTF8.GetBytes(leftOut));

        public bool Admits(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, in FileMetadata metadata) =>
            metadata.Type != EntryType.File || metadata.Size <= maxSize;
    }
}
