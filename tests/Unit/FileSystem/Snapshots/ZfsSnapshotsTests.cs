using System.Text;
using Coffer.FileSystem.Machines;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots;
using Coffer.FileSystem.Snapshots.Zfs;

namespace Coffer.Unit.FileSystem.Snapshots;

/// <summary>Against what <c>zfs list -H -p</c> writes (zfs-list(8)); the file system itself is a folder.</summary>
public sealed class ZfsSnapshotsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly RecordedTool _tool = new();
    private readonly ZfsSnapshots _snapshots;
    private readonly Mount _mount;
    private string _mounted = "";

    public ZfsSnapshotsTests()
    {
        _snapshots = new ZfsSnapshots(_tool);
        _mount = MountOf("tank/home", _folder.Path);
    }

    private static CancellationToken Never => CancellationToken.None;

    public void Dispose()
    {
        if (_mounted.Length > 0) _ = HostTool.Run("umount", "-l", _mounted);
        _folder.Dispose();
    }

    [Theory]
    [InlineData("tank/home", "/", "")]
    [InlineData("rpool", "/", "")]
    [InlineData("tank/home@x", "/", "no dataset")]
    [InlineData("-r", "/", "no dataset")]
    [InlineData("tank/home", "/sub", "within a dataset")]
    public void CanSnapshot_Mount_IsJudged(string source, string rootWithin, string reason)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        bool can = _snapshots.CanSnapshot(MountOf(source, "/tank/home", rootWithin), out string told);
        (can, told.Contains(reason, StringComparison.Ordinal)).ShouldBe((reason.Length == 0, true), told);
    }

    [Fact]
    public async Task Create_AndDispose_TakesReadsAndDestroysOnlyItsOwn()
    {
        _tool.On("zfs snapshot tank/home@coffer.", "").On("zfs destroy tank/home@coffer.", "");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: a file system is mounted");
        // The kernel mounts it there once it is made.
        string control = _folder.AddFolder(".zfs/snapshot");
        _tool.Happens = line =>
        {
            if (_mounted.Length > 0) return;
            string place = Directory.CreateDirectory($"{control}/{line[(line.IndexOf('@') + 1)..]}").FullName;
            HostTool.Need("mount", "-t", "tmpfs", "none", place);
            _mounted = place;
        };
        var attempt = await _snapshots.CreateAsync(_mount, Never);
        var snapshot = attempt.Snapshot.ShouldNotBeNull(attempt.Problem);
        snapshot.Name.ShouldStartWith("tank/home@coffer.");
        await snapshot.DisposeAsync();
        await snapshot.DisposeAsync();
        HostTool.Run("umount", _mounted).ExitCode.ShouldBe(0, "nobody holds it any more");
        snapshot.RemovalProblem.ShouldBeNull();
        _tool.Calls.ShouldBe([$"zfs snapshot {snapshot.Name}", $"zfs destroy {snapshot.Name}"]);
    }

    [Fact]
    public async Task Create_WhereTheKernelMountsNothing_IsNoSnapshot()
    {
        _tool.On("zfs snapshot", "").On("zfs destroy", "");
        string control = _folder.AddFolder(".zfs/snapshot");
        _tool.Happens = line => Directory.CreateDirectory($"{control}/{line[(line.IndexOf('@') + 1)..]}");
        var attempt = await _snapshots.CreateAsync(_mount, Never);
        attempt.Snapshot.ShouldBeNull();
        attempt.Problem.ShouldStartWith("the kernel does not mount the snapshot at ");
        _tool.Calls.Count.ShouldBe(2, "it is destroyed again");
    }

    [Fact]
    public async Task Create_WhereItCannotBeLookedInto_DestroysItAgain()
    {
        _tool.On("zfs snapshot", "").On("zfs destroy", "");
        var attempt = await _snapshots.CreateAsync(_mount, Never);
        attempt.Snapshot.ShouldBeNull();
        attempt.Problem.ShouldContain("cannot be opened: No such file or directory");
        _tool.Calls.Count.ShouldBe(2);
        _tool.Fails("zfs destroy", "zfs ended with 1: dataset is busy");
        (await _snapshots.CreateAsync(_mount, Never)).Problem.ShouldEndWith("dataset is busy");
    }

    [Fact]
    public async Task Create_ThatFails_TellsWhatZfsSays()
    {
        _tool.Fails("zfs snapshot", "zfs ended with 1: cannot create snapshot 'tank/home@x': out of space");
        (await _snapshots.CreateAsync(_mount, Never)).Problem.ShouldContain("out of space");
        _tool.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task RemoveLeftOvers_AmongOthers_DestroysThoseOfGoneRunsOfThisDataset()
    {
        var self = MachineFacts.ThisProcess;
        string gone = SnapshotName.New(self with { StartTicks = self.StartTicks + 1 });
        string busy = SnapshotName.New(self with { StartTicks = self.StartTicks + 2 });
        string alive = SnapshotName.New(self);
        _tool.On("zfs list -H -p -t snapshot -d 1 -o name tank/home",
            $"tank/home@zfs-auto-snap_hourly-2026-11-21-23h17\ntank/home@{gone}\ntank/home@{alive}\n"
            + $"tank/home@{busy}\ntank/home/ann@{gone}\ntank/homework@{gone}\ntank/home\n@{gone}\n\n");
        _tool.On("zfs destroy", "").Fails($"zfs destroy tank/home@{busy}", "zfs ended with 1: dataset is busy");
        (await _snapshots.RemoveLeftOversAsync(_mount, Never)).ShouldBe([$"tank/home@{busy}"]);
        _tool.Calls.Skip(1).ShouldBe([$"zfs destroy tank/home@{gone}", $"zfs destroy tank/home@{busy}"]);
    }

    [Fact]
    public void MountedSnapshot_BelowItsDataset_IsNoVolumeOfItsOwn()
    {
        MountOf("tank/home@daily", "/tank/home/.zfs/snapshot/daily").IsPseudo.ShouldBeTrue();
        MountOf("tank/home@daily", "/mnt/old").IsPseudo.ShouldBeFalse("somebody mounted it there");
        MountOf("tank/home", "/tank/home").IsPseudo.ShouldBeFalse();
    }

    private static Mount MountOf(string source, string place, string rootWithin = "/") => MountTable.Parse(
        Encoding.UTF8.GetBytes($"40 1 0:45 {rootWithin} {place} rw,relatime shared:7 - zfs {source} rw,xattr,noacl"))
        .Mounts.Single();
}
