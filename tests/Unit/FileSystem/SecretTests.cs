using System.Text;
using Coffer.Domain;
using Coffer.FileSystem.Machines;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Secrets;
using Coffer.FileSystem.Snapshots;

namespace Coffer.Unit.FileSystem;

public sealed class SecretTests
{
    [Fact]
    public void Secret_WrittenAndReplaced_IsReadBackAndPrivate()
    {
        using var folder = new TempFolder();
        string path = folder.At("key");
        SecretFile.Write(path, "one"u8);
        SecretFile.Write(path, "two"u8);
        SecretFile.Read(path).ShouldBe("two"u8.ToArray());
        Coffer.FileSystem.SystemPaths.Stat(Encoding.UTF8.GetBytes(path), out var found);
        found.Mode.ShouldBe(0x180u);
        Directory.GetFileSystemEntries(folder.Path).Length.ShouldBe(1);
        Should.Throw<FaultException>(() =>
            SecretFile.Write(path, "three"u8, mayReplace: false)).Fault.Code.ShouldBe("secret.exists");
        SecretFile.Read(path).ShouldBe("two"u8.ToArray());
        Directory.GetFileSystemEntries(folder.Path).Length.ShouldBe(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(10_000)]
    public void GivenFile_OfAnySizeUpToTheLimit_IsReadWhole(int length)
    {
        using var folder = new TempFolder();
        byte[] content = [.. Enumerable.Range(0, length).Select(i => (byte)i)];
        File.WriteAllBytes(folder.At("f"), content);
        GivenFile.Read(folder.At("f"), 10_000).ShouldBe(content);
        GivenFile.Read(folder.At("f"), length).ShouldBe(content);
        if (length == 0) return;
        Should.Throw<FaultException>(() => GivenFile.Read(folder.At("f"), length - 1))
            .Fault.Code.ShouldBe("file.large");
    }

    [Fact]
    public void GivenFile_ThatDoesNotSayItsSize_IsReadWhole()
    {
        byte[] maps = GivenFile.Read("/proc/self/maps", 1 << 20)!; // of size 0, and longer than the first part
        maps.Length.ShouldBeGreaterThan(4096);
        Encoding.ASCII.GetString(maps).ShouldEndWith("\n");
        Should.Throw<FaultException>(() => GivenFile.Read("/proc/self/maps", 5000)).Fault.Code.ShouldBe("file.large");
    }

    [Theory]
    [InlineData("604")]
    [InlineData("640")]
    [InlineData("620")]
    public void Secret_ThatOthersMayTouch_IsRefused(string mode)
    {
        using var folder = new TempFolder();
        SecretFile.Write(folder.At("key"), "s"u8);
        ReadingTests.Run("chmod", mode, folder.At("key"));
        Should.Throw<FaultException>(() => SecretFile.Read(folder.At("key"))).Fault.Code.ShouldBe("secret.unsafe");
    }

    [Fact]
    public void Secret_ThatIsALinkOrFifo_IsRefused()
    {
        using var folder = new TempFolder();
        SecretFile.Write(folder.At("key"), "s"u8);
        folder.AddLink("link", folder.At("key"));
        folder.TryAddNode("fifo", 0x1000 | 0x180).ShouldBeTrue();
        Should.Throw<FaultException>(() => SecretFile.Read(folder.At("link")));
        Should.Throw<FaultException>(() => SecretFile.Read(folder.At("fifo"))).Fault.Code.ShouldBe("secret.unsafe");
    }

    [Fact]
    public void PrivateFolder_LinkOrWritableByOthers_IsRefused()
    {
        using var folder = new TempFolder();
        PrivateFolder.Ensure(folder.At("a/b"));
        PrivateFolder.ReasonAgainst(folder.At("a/b")).ShouldBeNull();
        PrivateFolder.Ensure(folder.At("a/b"));
        ReadingTests.Run("chmod", "777", folder.At("a/b"));
        Should.Throw<FaultException>(() =>
            PrivateFolder.Ensure(folder.At("a/b"))).Fault.Kind.ShouldBe(FaultKind.Refused);
        folder.AddLink("l", folder.AddFolder("real"));
        Should.Throw<FaultException>(() => PrivateFolder.Ensure(folder.At("l")));
    }

    [Fact]
    public void FolderLock_Taken_NamesItsHolderAndIsFreeAfterwards()
    {
        using var folder = new TempFolder();
        FolderLock.TryTake(folder.At("lock"), "backup", out FolderLock? first, out _).ShouldBeTrue();
        FolderLock.TryTake(folder.At("lock"), "other", out _, out LockHolder? holder).ShouldBeFalse();
        holder.ShouldBe(new LockHolder(Environment.ProcessId, MachineFacts.HostName, "backup"));
        first!.Dispose();
        FolderLock.TryTake(folder.At("lock"), "other", out FolderLock? second, out _).ShouldBeTrue();
        second!.Dispose();
    }

    [Fact]
    public void SnapshotName_OfALiveProcess_IsNoLeftOver()
    {
        ProcessIdentity self = MachineFacts.ThisProcess;
        BtrfsSnapshots.IsLeftOver(Encoding.ASCII.GetBytes(BtrfsSnapshots.NameOf(self))).ShouldBeFalse();
        var gone = self with { StartTicks = self.StartTicks + 1 };
        BtrfsSnapshots.IsLeftOver(Encoding.ASCII.GetBytes(BtrfsSnapshots.NameOf(gone))).ShouldBeTrue();
        BtrfsSnapshots.IsLeftOver("somebody-elses-own-folder"u8).ShouldBeFalse();
    }
}
