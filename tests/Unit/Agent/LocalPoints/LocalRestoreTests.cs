using System.Text;
using Coffer.Agent.LocalPoints;
using Coffer.Agent.Restores;
using Coffer.Agent.Restores.Local;
using Coffer.Domain;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots.Keeping;
using Coffer.Unit.FileSystem;
using Coffer.Unit.FileSystem.Snapshots;

namespace Coffer.Unit.Agent.LocalPoints;

/// <summary>Restores from snapshots that are folders; the volumes are folders too.</summary>
public sealed class LocalRestoreTests : IDisposable
{
    private static readonly DateTimeOffset s_time = new(2026, 3, 1, 20, 15, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();
    private readonly KeptDouble _snapshots = new();
    private readonly List<LocalPoint> _points = [];
    private readonly string _mountLines;
    private readonly LocalPointName _outer, _inner;

    public LocalRestoreTests()
    {
        string live = _folder.AddFolder("live"), nested = _folder.AddFolder("live/nested");
        _mountLines = $"20 1 0:40 / / rw - ext4 /dev/r rw\n29 20 0:45 / {live} rw - btrfs /dev/a rw\n"
            + $"30 29 0:46 / {nested} rw - btrfs /dev/b rw\n";
        _outer = Frozen("frozen", live);
        _inner = Frozen("frozen-nested", nested);
    }

    private static CancellationToken Never => CancellationToken.None;

    private MountTable Mounts => MountTable.Parse(Encoding.UTF8.GetBytes(_mountLines));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_IntoAnotherFolder_BringsTheWholeTree()
    {
        _folder.AddFile("frozen/tree/deep/file", "text");
        File.SetLastWriteTimeUtc(_folder.At("frozen/tree/deep/file"), new DateTime(2001, 2, 3, 4, 5, 6));
        Host("chmod", "0550", _folder.At("frozen/tree/deep"));
        _folder.AddFile("frozen/tree/empty");
        _folder.AddLink("frozen/tree/link", "/etc/hostname");
        Host("ln", _folder.At("frozen/tree/deep/file"), _folder.At("frozen/tree/other-name"));
        AddHoles("frozen/tree/holes");

        var result = await RestoreAsync("tree", to: "out");

        result.Findings.ShouldBeEmpty();
        (result.Files, result.Folders, result.Others).ShouldBe((4, 2, 1));
        Read("out/tree/deep/file").ShouldBe("text");
        File.GetLastWriteTimeUtc(_folder.At("out/tree/deep/file")).ShouldBe(new DateTime(2001, 2, 3, 4, 5, 6));
        Stat("out/tree/deep").Mode.ShouldBe(0x168u);
        new FileInfo(_folder.At("out/tree/link")).LinkTarget.ShouldBe("/etc/hostname");
        Inode("out/tree/other-name").ShouldBe(Inode("out/tree/deep/file"));
        File.ReadAllBytes(_folder.At("out/tree/holes")).ShouldBe(File.ReadAllBytes(_folder.At("frozen/tree/holes")));
        Stat("out/tree/holes").Blocks.ShouldBeLessThanOrEqualTo(Stat("frozen/tree/holes").Blocks);
    }

    [Fact]
    public async Task Run_ToTheOriginalPlace_MakesWhatIsGoneAndCopiesBesideWhatIsNot()
    {
        _folder.AddFile("frozen/docs/gone", "was there");
        _folder.AddFile("frozen/docs/changed.txt", "old");
        _folder.AddFile("live/docs/changed.txt", "newer");
        _folder.AddFile("frozen/docs/same", "same");
        _folder.AddFile("live/docs/same", "same");
        var time = new DateTime(2020, 1, 1);
        foreach (string side in new[] { "frozen", "live" })
            File.SetLastWriteTimeUtc(_folder.At($"{side}/docs/same"), time);

        var result = await RestoreAsync("docs");

        Read("live/docs/gone").ShouldBe("was there");
        Read("live/docs/changed.txt").ShouldBe("newer");
        Read("live/docs/2026-03-01 20-15 Copy of changed.txt").ShouldBe("old");
        (result.Files, result.Equal, result.Copies).ShouldBe((2, 1, 1));
        result.CopyNames.Single().Name.ShouldBe("2026-03-01 20-15 Copy of changed.txt");
    }

    [Theory]
    [InlineData(IfExists.Overwrite, "old", 1)]
    [InlineData(IfExists.Skip, "newer", 0)]
    public async Task Run_WhereANameIsTaken_DoesAsAsked(IfExists ifExists, string left, long files)
    {
        _folder.AddFile("frozen/file", "old");
        _folder.AddFile("live/file", "newer");
        var result = await RestoreAsync("file", with: request => request with { IfExists = ifExists });
        Read("live/file").ShouldBe(left);
        result.Files.ShouldBe(files);
        Directory.GetFiles(_folder.At("live")).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Run_OfOtherBytesUnderTheSameMetadata_TellsThemApart()
    {
        var time = new DateTime(2020, 1, 1);
        _folder.AddFile("frozen/file", "abcd");
        _folder.AddFile("live/file", "abXd");
        foreach (string side in new[] { "frozen", "live" }) File.SetLastWriteTimeUtc(_folder.At($"{side}/file"), time);
        var result = await RestoreAsync("file");
        (result.Equal, result.Copies).ShouldBe((0, 1));
    }

    [Fact]
    public async Task Run_Dry_TellsAndChangesNothing()
    {
        _folder.AddFile("frozen/docs/gone", "12345");
        _folder.AddFile("frozen/docs/changed", "old");
        _folder.AddFile("live/docs/changed", "newer");
        var result = await RestoreAsync("docs", with: request => request with { IsDryRun = true });
        (result.Files, result.Copies, result.Bytes).ShouldBe((2, 1, 8));
        result.Wanted.ShouldBe([_folder.At("live/docs/changed"), _folder.At("live/docs/gone")]);
        Directory.GetFiles(_folder.At("live/docs")).ShouldBe([_folder.At("live/docs/changed")]);
    }

    [Fact]
    public async Task Run_WithALinkInTheTarget_WritesNothingThroughIt()
    {
        _folder.AddFile("frozen/tree/folder/file", "text");
        _folder.AddFolder("outside");
        _folder.AddFolder("out/tree");
        _folder.AddLink("out/tree/folder", _folder.At("outside"));
        var result = await RestoreAsync("tree", to: "out", with: request => request with { IfExists = IfExists.Skip });
        Directory.GetFileSystemEntries(_folder.At("outside")).ShouldBeEmpty();
        result.Skipped.ShouldBe(1);
    }

    [Theory]
    [InlineData("link/secret")]
    [InlineData("file/secret")]
    [InlineData("nothing")]
    public async Task Run_OfAPathThatTheSnapshotHasNot_IsRefusedBeforeAnythingIsMade(string path)
    {
        _folder.AddFile("outside/secret", "no");
        _folder.AddLink("frozen/link", _folder.At("outside"));
        _folder.AddFile("frozen/file");
        var refused = await Should.ThrowAsync<FaultException>(() => RestoreAsync(path, to: "out"));
        refused.Fault.Code.ShouldBe("path.not-in-point");
        Directory.Exists(_folder.At("out")).ShouldBeFalse();
    }

    [Fact]
    public async Task Run_OfAFileAskedForAsAFolder_IsRefused()
    {
        _folder.AddFile("frozen/file");
        byte[] path = Encoding.UTF8.GetBytes(_folder.At("live/file"));
        var refused = await Should.ThrowAsync<FaultException>(
            () => RestoreAsync("file", with: request => request with { FolderPaths = [path] }));
        refused.Fault.Code.ShouldBe("path.not-a-folder");
    }

    [Fact]
    public async Task Run_OverNestedVolumes_TakesEachFromItsOwnPoint()
    {
        _folder.AddFile("frozen/file", "outer");
        _folder.AddFile("frozen/nested/hidden", "under the mount");
        _folder.AddFile("frozen-nested/file", "inner");

        var result = await RestoreAsync("", to: "out");

        result.Findings.ShouldBeEmpty();
        Read("out/live/file").ShouldBe("outer");
        Read("out/live/nested/file").ShouldBe("inner");
        Directory.GetFiles(_folder.At("out/live/nested")).ShouldBe([_folder.At("out/live/nested/file")]);
    }

    [Fact]
    public async Task Run_AroundADiskWithoutAPoint_TellsThatItStaysOut()
    {
        _folder.AddFile("frozen/file", "outer");
        _folder.AddFile("frozen/nested/hidden", "under the mount");
        _points.RemoveAll(point => point.Name == _inner);
        var result = await RestoreAsync("", to: "out");
        Directory.GetFileSystemEntries(_folder.At("out/live/nested")).ShouldBeEmpty();
        var told = result.Findings.ShouldHaveSingleItem();
        (told.Code, told.Path).ShouldBe(("local-point.left-out", _folder.At("live/nested")));
    }

    [Fact]
    public async Task Run_OnAVolumeWithoutAChosenPoint_IsRefused()
    {
        _folder.AddFile("frozen/nested/file", "under the mount");
        _points.RemoveAll(point => point.Name == _inner);
        var refused = await Should.ThrowAsync<FaultException>(() => RestoreAsync("nested/file", to: "out"));
        refused.Fault.Code.ShouldBe("local-point.not-there");
        refused.Fault.Message.ShouldContain(_folder.At("live/nested"));
    }

    [Fact]
    public async Task Run_PastOwnFolders_LeavesThemOut()
    {
        _folder.AddFile("frozen/home/keys", "secret");
        _folder.AddFile("frozen/kept/name", "text");
        byte[] own = Encoding.UTF8.GetBytes(_folder.At("live/home"));
        await RestoreAsync("", to: "out", with: request => request with { OwnFolders = [own] });
        Directory.GetDirectories(_folder.At("out/live")).Order().ShouldBe(
            [_folder.At("out/live/kept"), _folder.At("out/live/nested")]);
    }

    [Fact]
    public void Newest_WithATime_IsTheNewestBeforeIt()
    {
        var older = LocalPointName.New(_outer.Source, s_time.AddDays(-2));
        _points.Add(PointOf(older, _folder.At("live")));
        Names(LocalPlan.Newest(_points, null, s_time)).ShouldBe(new[] { _outer, _inner }, ignoreOrder: true);
        Names(LocalPlan.Newest(_points, s_time.AddDays(-1), s_time)).ShouldBe([older]);
        _points.Add(PointOf(LocalPointName.New(_outer.Source, s_time.AddYears(4)), _folder.At("live")));
        Names(LocalPlan.Newest(_points, null, s_time)).ShouldBe(
            new[] { _outer, _inner }, ignoreOrder: true, "the clock was wrong once");
        Should.Throw<FaultException>(() => LocalPlan.Newest(_points, s_time.AddDays(-3), s_time))
            .Fault.Code.ShouldBe("local-point.none-at");
        Should.Throw<FaultException>(() => LocalPlan.Newest([], null, s_time)).Fault.Code.ShouldBe("local-point.none");
    }

    [Fact]
    public void Named_ByIdOrName_IsThatOne()
    {
        Names(LocalPlan.Named(_points, _inner.ToString())).ShouldBe([_inner]);
        Names(LocalPlan.Named(_points, _inner.Id.ToUpperInvariant())).ShouldBe([_inner]);
        foreach (string none in new[] { _inner.Id[..3], "coffer" })
            Should.Throw<FaultException>(() => LocalPlan.Named(_points, none)).Fault.Code.ShouldBe("point.unknown");
    }

    private static IEnumerable<LocalPointName> Names(IEnumerable<LocalPoint> points) =>
        points.Select(point => point.Name);

    private LocalPointName Frozen(string folder, string mountPoint)
    {
        var name = LocalPointName.New(SourceId.New(), s_time);
        _snapshots.Folders.Add(name, _folder.AddFolder(folder));
        _points.Add(PointOf(name, mountPoint));
        return name;
    }

    private LocalPoint PointOf(LocalPointName name, string mountPoint) => new(
        name, mountPoint, Mounts.Mounts.Single(mount => PathText.Render(mount.MountPoint) == mountPoint), _snapshots,
        false);

    private Task<RestoreResult> RestoreAsync(
        string path, string? to = null, Func<LocalRestoreRequest, LocalRestoreRequest>? with = null)
    {
        var request = new LocalRestoreRequest
        {
            Points = _points,
            Mounts = Mounts,
            Paths = [Encoding.UTF8.GetBytes(_folder.At("live") + (path.Length > 0 ? "/" + path : ""))],
            TargetFolder = to is null ? null : Encoding.UTF8.GetBytes(_folder.At(to)),
        };
        return new LocalRestoreRun(with?.Invoke(request) ?? request, new UtcTime()).RunAsync(null, Never);
    }

    private string Read(string relative) => File.ReadAllText(_folder.At(relative));

    private ulong Inode(string relative) => Stat(relative).Inode;

    private Coffer.FileSystem.FileMetadata Stat(string relative)
    {
        Coffer.FileSystem.SystemPaths.Stat(Encoding.UTF8.GetBytes(_folder.At(relative)), out var found)
            .IsError.ShouldBeFalse();
        return found;
    }

    private static void Host(string program, params string[] arguments) =>
        HostTool.Run(program, arguments).ExitCode.ShouldBe(0);

    private void AddHoles(string relative)
    {
        using var file = File.Create(_folder.At(relative));
        file.SetLength(5 << 20);
        file.Position = 2 << 20;
        file.Write(Enumerable.Repeat((byte)7, 100_000).ToArray());
    }

    private sealed class UtcTime : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }
}
