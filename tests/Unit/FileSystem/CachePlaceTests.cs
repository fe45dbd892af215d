using System.Text;
using Coffer.FileSystem.Mounts;

namespace Coffer.Unit.FileSystem;

public sealed class CachePlaceTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("700", null)]
    [InlineData("755", null)]
    [InlineData("777", "every user may write in it")]
    [InlineData("1777", "every user may write in it")]
    [InlineData("770", "its group may write in it")]
    public void DangerOf_Mode_IsTold(string mode, string? reason)
    {
        ReadingTests.Run("chmod", mode, _folder.AddFolder("x"));
        CachePlace.DangerOf(_folder.At("x"))?.Reason.ShouldBe(reason);
        (CachePlace.DangerOf(_folder.At("x")) is null).ShouldBe(reason is null);
    }

    [Fact]
    public void DangerOf_LinkFileAndNothing_AreTold()
    {
        _folder.AddLink("link", _folder.AddFolder("real"));
        _folder.AddFile("file");
        CachePlace.DangerOf(_folder.At("link"))!.Reason.ShouldBe("it is a symbolic link");
        CachePlace.DangerOf(_folder.At("link") + "/")!.Reason.ShouldBe("it is a symbolic link");
        CachePlace.DangerOf(_folder.At("file"))!.Reason.ShouldBe("it is not a directory");
        CachePlace.DangerOf(_folder.At("none")).ShouldBeNull();
    }

    [Fact]
    public void ObjectionTo_FoldersThatOthersCanReplace_IsTold()
    {
        string below = _folder.AddFolder("open/below");
        Local(below).ShouldBeNull();
        ReadingTests.Run("chmod", "777", _folder.At("open"));
        Local(below)!.ShouldContain("every user may rename");
        Local(_folder.At("open/none"))!.ShouldContain("every user may rename");
        ReadingTests.Run("chmod", "1777", _folder.At("open"));
        Local(below).ShouldBeNull();
    }

    [Fact]
    public void ObjectionTo_FoldersOfOthers_IsTold()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: gives folders away");
        string below = _folder.AddFolder("theirs/below");
        ReadingTests.Run("chown", "4711", below);
        Local(below).ShouldBe("it belongs to another user (4711)");
        ReadingTests.Run("chown", "0", below);
        ReadingTests.Run("chown", "4711", _folder.At("theirs"));
        Local(below)!.ShouldContain("which belongs to another user (4711)");
    }

    /// <summary>As recorded from machines that have them mounted.</summary>
    [Theory]
    [InlineData("0:50 / {0} rw,relatime - nfs nas:/export rw,vers=3", "network file system (nfs)")]
    [InlineData("0:50 / {0} rw,relatime - nfs4 nas:/export rw,vers=4.2", "network file system (nfs4)")]
    [InlineData("0:51 / {0} rw,relatime - cifs //nas/share rw,vers=3.1.1", "network file system (cifs)")]
    [InlineData("0:51 / {0} rw,relatime - smb3 //nas/share rw", "network file system (smb3)")]
    [InlineData("0:52 / {0} rw,nosuid,nodev - fuse.sshfs ann@web:/srv rw", "network file system (fuse.sshfs)")]
    [InlineData("0:53 / {0} rw - 9p hostshare rw,trans=virtio", "network file system (9p)")]
    [InlineData("0:53 / {0} rw - virtiofs hostshare rw", "network file system (virtiofs)")]
    [InlineData("0:54 / {0} rw - ceph 10.0.0.1:6789:/ rw,name=admin", "network file system (ceph)")]
    [InlineData("0:55 / {0} rw - fuse.glusterfs gl:/vol rw,user_id=0", "network file system (fuse.glusterfs)")]
    [InlineData("0:56 / {0} rw - fuse.unheard-of what rw", "network file system (fuse.unheard-of)")]
    [InlineData("0:57 / {0} rw,nosuid - tmpfs tmpfs rw,size=1024k", "in memory (tmpfs)")]
    [InlineData("0:58 / {0} rw - ramfs ramfs rw", "in memory (ramfs)")]
    [InlineData("0:59 / {0} rw - overlay overlay rw,lowerdir=/l,upperdir=/u", "overlay file system (overlay)")]
    [InlineData("0:60 / {0} rw - fuse.mergerfs a:b rw", "overlay file system (fuse.mergerfs)")]
    [InlineData("0:21 / {0} rw - proc proc rw", "proc holds no files")]
    [InlineData("4095:1 / {0} ro,relatime - ext4 /dev/sdb1 ro", "read-only")]
    [InlineData("4095:1 / {0} rw,relatime - ext4 /dev/sdb1 rw", null)]
    [InlineData("4095:1 / {0} rw,relatime - xfs /dev/sdb1 rw", null)]
    public void ObjectionTo_RecordedMount_IsRefusedWithItsKindOrNot(string line, string? reason)
    {
        string mounted = _folder.AddFolder("mounted");
        var table = Table(string.Format(System.Globalization.CultureInfo.InvariantCulture, line, mounted));
        var objection = CachePlace.ObjectionTo(Path.Combine(mounted, "cache"), table, MountPlan.Parse(""u8));
        if (reason is null) objection.ShouldBeNull();
        else objection.ShouldNotBeNull().Reason.ShouldContain(reason);
        objection?.Cure.ShouldNotBeEmpty();
    }

    [Fact]
    public void UnfitnessOf_RemovableDisk_IsTold() =>
        CachePlace.UnfitnessOf(MountClass.Removable, "ext4")!.Reason.ShouldBe("it lies on a removable disk");

    [Fact]
    public void ObjectionTo_MountPointThatWaitsForItsDisk_IsOffline()
    {
        string waiting = _folder.AddFolder("a b");
        var plan = MountPlan.Parse(Encoding.UTF8.GetBytes(
            $"# disks\n/dev/sda2 none swap sw 0 0\n/dev/sda1 / ext4 defaults 0 1\n\n"
            + $"UUID=1234\t{waiting.Replace(" ", "\\040", StringComparison.Ordinal)}/\text4 noauto 0 2\n"));
        string inside = Path.Combine(waiting, "cache");
        CachePlace.ObjectionTo(inside, Table(), plan)!.Reason.ShouldContain($"{waiting}, above it, is in /etc/fstab");
        CachePlace.ObjectionTo(_folder.At("a"), Table(), plan).ShouldBeNull();
        string escaped = waiting.Replace(" ", "\\040", StringComparison.Ordinal);
        var mounted = Table($"4095:1 / {escaped} rw - ext4 /dev/sdb1 rw");
        CachePlace.ObjectionTo(inside, mounted, plan).ShouldBeNull();
    }

    private string? Local(string path) => CachePlace.ObjectionTo(path, Table(), MountPlan.Parse(""u8))?.Reason;

    private static MountTable Table(params string[] more) => MountTable.Parse(Encoding.UTF8.GetBytes(string.Join('\n',
        more.Select((line, i) => $"{100 + i} 1 {line}").Prepend("1 0 4095:0 / / rw - ext4 /dev/none rw"))));
}
