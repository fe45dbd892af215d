using System.Text;
using Coffer.Domain;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots.Keeping;
using Coffer.FileSystem.Snapshots.Zfs;

namespace Coffer.Unit.FileSystem.Snapshots;

/// <summary>Local points of ZFS, against recorded answers; what the kernel would mount is a tmpfs.</summary>
public sealed class ZfsKeptTests : IDisposable
{
    private const string List = "zfs list -H -p -t snapshot -d 1 -o name tank/home";

    private readonly TempFolder _folder = new();
    private readonly RecordedTool _tool = new();
    private readonly LocalPointName _name = LocalPointName.New(SourceId.New(), DateTimeOffset.UnixEpoch);
    private readonly ZfsKept _kept;
    private readonly Mount _mount;
    private string _mounted = "";

    public ZfsKeptTests()
    {
        _kept = new ZfsKept(_tool);
        _mount = MountTable.Parse(Encoding.UTF8.GetBytes(
            $"40 1 0:45 / {_folder.Path} rw,relatime shared:7 - zfs tank/home rw,xattr,noacl")).Mounts.Single();
    }

    private static CancellationToken Never => CancellationToken.None;

    public void Dispose()
    {
        if (_mounted.Length > 0) _ = HostTool.Run("umount", "-l", _mounted);
        _folder.Dispose();
    }

    [Fact]
    public async Task List_AmongOthers_TellsOnlyItsOwn()
    {
        _tool.On(List,
            $"tank/home@daily\ntank/home@{_name}\ntank/home/ann@{_name}\ntank/homework@{_name}\n@{_name}\n\n");
        (await _kept.ListAsync(_mount, Never)).Names.ShouldBe([_name]);
        _tool.Fails(List, "zfs cannot be run");
        (await _kept.ListAsync(_mount, Never)).Problem.ShouldBe("zfs cannot be run");
    }

    [Theory]
    [InlineData("-r", "/")]
    [InlineData("tank/home@x", "/")]
    [InlineData("tank/home", "/sub")]
    public async Task List_OfWhatIsNoWholeDataset_AsksNothing(string source, string rootWithin)
    {
        var mount = MountTable.Parse(Encoding.UTF8.GetBytes(
            $"40 1 0:45 {rootWithin} /tank rw - zfs {source} rw")).Mounts.Single();
        (await _kept.ListAsync(mount, Never)).Names.ShouldBeEmpty();
        _tool.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Create_AndDispose_LeavesItThereUntilNobodyReadsIt()
    {
        _tool.On($"zfs snapshot tank/home@{_name}", "").On($"zfs destroy tank/home@{_name}", "");
        MountWhenMade();
        var attempt = await _kept.CreateAsync(_mount, _name, Never);
        var snapshot = attempt.Snapshot.ShouldNotBeNull(attempt.Problem);
        snapshot.Name.ShouldBe($"tank/home@{_name}");
        _kept.IsBeingBackedUp(_mount, _name).ShouldBeTrue();

        await snapshot.DisposeAsync();
        _kept.IsBeingBackedUp(_mount, _name).ShouldBeFalse();
        _kept.Open(_mount, _name, out var reader).IsError.ShouldBeFalse();
        _kept.IsBeingBackedUp(_mount, _name).ShouldBeFalse("whoever restores is no backup");
        reader!.Dispose();

        _tool.Calls.ShouldBe([$"zfs snapshot tank/home@{_name}"]);
        (await _kept.RemoveAsync(_mount, _name, Never)).ShouldBe(KeptRemoval.Done);
        _tool.Calls[^1].ShouldBe($"zfs destroy tank/home@{_name}");
    }

    [Fact]
    public async Task Remove_ThatFails_TellsWhatZfsSays()
    {
        _tool.Fails("zfs destroy", "zfs ended with 1: dataset is busy");
        (await _kept.RemoveAsync(_mount, _name, Never)).Problem.ShouldBe("zfs ended with 1: dataset is busy");
    }

    [Fact]
    public async Task Create_WhereItCannotBeLookedInto_DestroysItAgain()
    {
        _tool.On("zfs snapshot", "").On("zfs destroy", "");
        var attempt = await _kept.CreateAsync(_mount, _name, Never);
        attempt.Snapshot.ShouldBeNull();
        attempt.Problem.ShouldContain("cannot be opened");
        _tool.Calls.ShouldBe([$"zfs snapshot tank/home@{_name}", $"zfs destroy tank/home@{_name}"]);
    }

    private void MountWhenMade()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: a file system is mounted");
        string place = _folder.AddFolder($".zfs/snapshot/{_name}");
        _tool.Happens = _ =>
        {
            if (_mounted.Length > 0) return;
            HostTool.Need("mount", "-t", "tmpfs", "none", place);
            _mounted = place;
        };
    }
}
