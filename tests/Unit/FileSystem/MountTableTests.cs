using System.Text;
using Coffer.FileSystem;
using Coffer.FileSystem.Machines;
using Coffer.FileSystem.Mounts;

namespace Coffer.Unit.FileSystem;

public sealed class MountTableTests
{
    private const string Sample = """
        27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
        22 27 0:21 / /proc rw,relatime - proc proc rw
        24 27 0:6 / /dev rw - devtmpfs devtmpfs rw
        26 24 0:24 / /dev/pts rw,relatime - devpts devpts rw
        29 26 0:26 / /dev/pts rw,relatime - devpts other rw
        40 27 0:40 /@home /home rw shared:1 master:2 - btrfs /dev/sdb1 rw,subvolid=257,subvol=/@home
        41 40 8:3 /dir /home/a\040b\134c ro,noatime - xfs /dev/sda3 rw
        50 27 8:5 / /data/inner rw - ext4 /dev/sda5 rw
        51 27 8:6 / /data rw - ext4 /dev/sda6 rw
        60 27 0:50 / /mnt/nas rw - nfs4 nas:/export rw
        61 27 0:51 / /home2 rw - tmpfs tmpfs rw
        broken line
        """;

    [Theory]
    [InlineData("/etc/passwd", "/")]
    [InlineData("/home", "/home")]
    [InlineData("/home2/x", "/home2")]
    [InlineData("/homer", "/")]
    [InlineData(@"/home/a b\c/d", @"/home/a b\c")]
    [InlineData("/data/inner/x", "/data")]
    public void Of_Path_IsTheDeepestVisibleMount(string path, string mountPoint) =>
        Text(Table().Of(Encoding.UTF8.GetBytes(path)).MountPoint).ShouldBe(mountPoint);

    [Fact]
    public void Mounts_HiddenByLaterOnes_AreLeftOut()
    {
        MountTable table = Table();
        table.Mounts.Single(m => Text(m.MountPoint) == "/dev/pts").Id.ShouldBe(29UL);
        table.Mounts.ShouldNotContain(m => m.Id == 50);
        table.Mounts.Count.ShouldBe(9);
    }

    [Fact]
    public void Parse_BindMountAndSubvolume_KeepTheirRoots()
    {
        MountTable table = Table();
        Mount bind = table.Mounts.Single(m => m.Id == 41);
        (Text(bind.RootWithin), bind.FileSystemType, bind.IsReadOnly).ShouldBe(("/dir", "xfs", true));
        Mount home = table.Mounts.Single(m => m.Id == 40);
        (Text(home.RootWithin), Text(home.Source), home.IsReadOnly).ShouldBe(("/@home", "/dev/sdb1", false));
        Text(home.Relative("/home/u/f"u8)).ShouldBe("u/f");
        Text(table.Of("/x"u8).Relative("/x"u8)).ShouldBe("x");
        home.Relative("/home"u8).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/proc", MountClass.Pseudo)]
    [InlineData("/mnt/nas", MountClass.Network)]
    [InlineData("/home2", MountClass.Memory)]
    public void Class_OfKnownTypes_IsTold(string mountPoint, MountClass expected) =>
        Table().Of(Encoding.UTF8.GetBytes(mountPoint)).Class.ShouldBe(expected);

    [Fact]
    public void Below_Path_ListsOnlyDeeperMounts() =>
        Table().Below("/home"u8.ToArray()).Select(m => Text(m.MountPoint)).ShouldBe([@"/home/a b\c"]);

    [Fact]
    public void Read_ThisMachine_KnowsTheMountOfAFile()
    {
        using var folder = new TempFolder();
        SystemPaths.Resolve(folder.PathBytes, out byte[] real).IsError.ShouldBeFalse();
        Mount mount = MountTable.Read().Of(real);
        SystemPaths.Stat(real, out FileMetadata metadata).IsError.ShouldBeFalse();
        mount.Id.ShouldBe(metadata.MountId);
        SystemPaths.Space(real, out long free, out long total).IsError.ShouldBeFalse();
        free.ShouldBeInRange(1, total);
    }

    [Fact]
    public void Identity_SeenTwice_HasNoDifference()
    {
        Mount mount = MountTable.Read().Of("/"u8);
        VolumeIdentity.Of(mount).DifferencesFrom(VolumeIdentity.Of(mount)).ShouldBeEmpty();
    }

    [Fact]
    public void Identity_PartUnseenNow_IsNotComparedButAKnownOneIs()
    {
        var stored = new VolumeIdentity("btrfs", "u1", 257, "/@home", null);
        new VolumeIdentity("btrfs", null, null, "/@home", "/home").DifferencesFrom(stored).ShouldBeEmpty();
        new VolumeIdentity("btrfs", "u1", 258, "/@home", null).DifferencesFrom(stored)
            .ShouldBe(["subvolume was 257, is 258"]);
        new VolumeIdentity("xfs", "u2", null, "/", null).DifferencesFrom(stored).Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("a/l/f", "b/d/f")]
    [InlineData("a/l/missing", "b/d/missing")]
    [InlineData("a/l", "a/l")]
    [InlineData("a/l/", "a/l")]
    [InlineData("a/../a/l", "a/l")]
    public void ResolveParent_LinkOnTheWay_IsFollowedAndTheLastIsNot(string path, string expected)
    {
        using var folder = new TempFolder();
        folder.AddFile("b/d/f");
        folder.AddFolder("a");
        folder.AddLink("a/l", "../b/d");
        SystemPaths.ResolveParent([.. folder.PathBytes, (byte)'/', .. Encoding.UTF8.GetBytes(path)],
            out byte[] resolved)
            .IsError.ShouldBeFalse();
        SystemPaths.Resolve(folder.PathBytes, out byte[] top).IsError.ShouldBeFalse();
        Text(resolved).ShouldBe($"{Text(top)}/{expected}");
    }

    [Fact]
    public void MachineFacts_OfThisProcess_AreAlive()
    {
        ProcessIdentity self = MachineFacts.ThisProcess;
        self.BootId.Length.ShouldBe(36);
        self.StartTicks.ShouldBeGreaterThan(0);
        MachineFacts.IsAlive(self).ShouldBeTrue();
        MachineFacts.IsAlive(self with { StartTicks = self.StartTicks + 1 }).ShouldBeFalse();
        MachineFacts.IsAlive(self with { BootId = "other" }).ShouldBeFalse();
        MachineFacts.BootClock.ShouldBeGreaterThan(TimeSpan.Zero);
        MachineFacts.HostName.ShouldNotBeEmpty();
    }

    [Fact]
    public void AccountNames_Root_InBothDirections()
    {
        var names = new AccountNames();
        Text(names.UserName(0)).ShouldBe("root");
        Text(names.GroupName(0)).ShouldBe("root");
        names.UserNumber("root"u8).ShouldBe(0u);
        names.GroupNumber("root"u8).ShouldBe(0u);
        names.UserName(3_999_999_999).IsEmpty.ShouldBeTrue();
        names.UserNumber("no such user here"u8).ShouldBeNull();
    }

    private static MountTable Table() => MountTable.Parse(Encoding.UTF8.GetBytes(Sample));

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
