using Coffer.Domain;
using Coffer.Storage;
using Coffer.Storage.Folders;

namespace Coffer.Unit.Storage.Folders;

public sealed class OwnedFolderTests : IDisposable
{
    private const uint Stranger = 61234;

    private readonly string _root = Directory.CreateTempSubdirectory("coffer-folder-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void TryLease_Held_IsRefusedUntilItEnds()
    {
        var folder = OwnedFolder.Open(_root, forWriting: true);
        using (folder.TryLease("lock", "the first of all").ShouldNotBeNull())
        {
            folder.TryLease("lock", "second").ShouldBeNull();
            folder.LeaseHolder("lock").ShouldBe("the first of all");
        }
        folder.LeaseHolder("lock").ShouldBe("");
        using (folder.TryLease("lock", "third").ShouldNotBeNull()) folder.LeaseHolder("lock").ShouldBe("third");
    }

    [Fact]
    public void WriteOnce_Again_DoesNotReplace()
    {
        var folder = OwnedFolder.Open(_root, forWriting: true);
        folder.ReadSmall("a").ShouldBeNull();
        folder.WriteOnce("a", [1, 2]);
        Should.Throw<Exception>(() => folder.WriteOnce("a", [3]));
        folder.ReadSmall("a").ShouldBe([1, 2]);
    }

    [Fact]
    public void Open_FolderOfAnother_RootGivesWhatItMakesToTheOwner()
    {
        if (!OperatingSystem.IsLinux() || FolderCalls.EffectiveUser() != 0)
            Assert.Skip("only root can give files away");
        FolderCalls.ChangeOwner(_root, Stranger, Stranger);
        var folder = OwnedFolder.Open(_root, forWriting: true);
        folder.MakeFolder("store");
        folder.MakeFile("file");
        folder.WriteOnce("small", [1]);
        using (var store = folder.OpenStore("store", TimeProvider.System))
        using (var write = store.Create())
        {
            write.Append([1]);
            write.Commit(StoreName.Parse("a/b"));
        }
        folder.TryLease("lock", "x")!.Dispose();
        foreach (string entry in Directory.EnumerateFileSystemEntries(_root, "*", SearchOption.AllDirectories))
        {
            FolderCalls.TryOwner(entry, out uint user, out uint group).ShouldBeTrue();
            (user, group).ShouldBe((Stranger, Stranger), entry);
        }
    }

    [Fact]
    public void OpenStoreForReading_WithoutItsOwnFolders_ReadsAndWritesNothing()
    {
        Directory.CreateDirectory($"{_root}/store/a");
        File.WriteAllBytes($"{_root}/store/a/b", [7]);
        var folder = OwnedFolder.Open(_root, forWriting: false);
        using var store = folder.OpenStoreForReading("store", TimeProvider.System);
        byte[] read = new byte[1];
        store.Read(StoreName.Parse("a/b"), 0, read).ShouldBe(1);
        read[0].ShouldBe((byte)7);
        store.Exists(StoreName.Parse("a/c")).ShouldBeFalse();
        Directory.Exists($"{_root}/store/tmp").ShouldBeFalse();
        Directory.Delete($"{_root}/store", recursive: true);
        Should.Throw<FaultException>(() => store.Exists(StoreName.Parse("a/c"))).Fault.Code.ShouldBe("store.lost");
    }
}
