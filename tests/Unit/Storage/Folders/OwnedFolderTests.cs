using Coffer.Domain;
using Coffer.Storage;
using Coffer.Storage.Folders;
using Coffer.Storage.Systems;
using Microsoft.Win32.SafeHandles;

namespace Coffer.Unit.Storage.Folders;

public sealed class OwnedFolderTests : IDisposable
{
    private const uint Stranger = 61234;

    private const int At = LinuxCalls.AtCurrentFolder;

    private readonly string _root = Directory.CreateTempSubdirectory("coffer-folder-").FullName;
    private readonly string _elsewhere = Directory.CreateTempSubdirectory("coffer-elsewhere-").FullName;

    public void Dispose()
    {
        Directory.Delete(_root, recursive: true);
        Directory.Delete(_elsewhere, recursive: true);
    }

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
        var folder = FolderOfAnother();
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

    [Theory]
    [InlineData("symbolic")]
    [InlineData("hard")]
    public void TryLease_OwnerPutALinkThere_RootRefusesAndTheTargetStaysAsItWas(string link)
    {
        var folder = FolderOfAnother();
        string secret = Secret();
        if (link == "symbolic") File.CreateSymbolicLink($"{_root}/lock", secret);
        else LinuxCalls.Link(At, secret, At, $"{_root}/lock", 0).ShouldBe(0);
        Code(() => folder.TryLease("lock", "x")).ShouldBe("store.owner");
        ShouldBeUntouched(secret);
    }

    [Fact]
    public void TryLease_LinkInAFolderOfOnesOwn_IsRefused()
    {
        string secret = Secret();
        File.CreateSymbolicLink($"{_root}/lock", secret);
        Code(() => OwnedFolder.Open(_root, forWriting: true).TryLease("lock", "x")).ShouldBe("store.owner");
        ShouldBeUntouched(secret);
    }

    [Fact]
    public void TryLease_FileOfTheOwner_IsTakenAndKeepsItsOwner()
    {
        var folder = FolderOfAnother();
        folder.TryLease("lock", "x")!.Dispose();
        using (folder.TryLease("lock", "again").ShouldNotBeNull()) folder.LeaseHolder("lock").ShouldBe("again");
        FolderCalls.TryOwner($"{_root}/lock", out uint user, out _).ShouldBeTrue();
        user.ShouldBe(Stranger);
    }

    [Theory]
    [InlineData("store")]
    [InlineData("store/tmp")]
    [InlineData("store/a")]
    [InlineData("store/a/b")]
    public void Store_FolderOnTheWayIsALink_RootMakesNothingBehindIt(string name)
    {
        var folder = FolderOfAnother();
        folder.MakeFolder("store");
        folder.OpenStore("store", TimeProvider.System).Dispose();
        string elsewhere = Directory.CreateDirectory($"{_elsewhere}/folder").FullName;
        Directory.CreateDirectory(Path.GetDirectoryName($"{_root}/{name}")!);
        if (Directory.Exists($"{_root}/{name}")) Directory.Delete($"{_root}/{name}", recursive: true);
        File.CreateSymbolicLink($"{_root}/{name}", elsewhere);
        Code(() =>
        {
            using var store = folder.OpenStore("store", TimeProvider.System);
            store.RemoveLeftovers();
            using var write = store.Create();
            write.Append([1]);
            write.Commit(StoreName.Parse("a/b/c"));
        }).ShouldBe("store.owner");
        Directory.EnumerateFileSystemEntries(elsewhere).ShouldBeEmpty();
        FolderCalls.TryOwner(elsewhere, out uint user, out _).ShouldBeTrue();
        user.ShouldBe(0u);
    }

    [Fact]
    public void Store_FolderOnTheWayOfAThirdUser_IsRefused()
    {
        var folder = FolderOfAnother();
        folder.MakeFolder("store");
        Give($"{_root}/store", Stranger + 1);
        Code(() => folder.OpenStore("store", TimeProvider.System)).ShouldBe("store.owner");
    }

    [Fact]
    public void RequirePlain_LinkAsDatabase_IsRefusedAndAMissingOnePasses()
    {
        var folder = FolderOfAnother();
        folder.MakeFolder("keyspaces");
        folder.RequirePlain("keyspaces/a.db");
        folder.MakeFile("keyspaces/a.db");
        folder.RequirePlain("keyspaces/a.db");
        string secret = Secret();
        File.CreateSymbolicLink($"{_root}/keyspaces/a.db-wal", secret);
        Code(() => folder.RequirePlain("keyspaces/a.db-wal")).ShouldBe("store.owner");
        File.CreateSymbolicLink($"{_root}/others", $"{_root}/keyspaces");
        Code(() => folder.RequirePlain("others/a.db")).ShouldBe("store.owner");
        Code(() => folder.MakeFile("others/b")).ShouldBe("store.owner");
        ShouldBeUntouched(secret);
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

    private OwnedFolder FolderOfAnother()
    {
        if (!OperatingSystem.IsLinux() || FolderCalls.EffectiveUser() != 0)
            Assert.Skip("only root can give files away");
        Give(_root, Stranger);
        return OwnedFolder.Open(_root, forWriting: true);
    }

    // What root alone may write, and must not be talked into writing or giving away.
    private string Secret()
    {
        File.WriteAllText($"{_elsewhere}/secret", "mine");
        return $"{_elsewhere}/secret";
    }

    private static void ShouldBeUntouched(string secret)
    {
        File.ReadAllText(secret).ShouldBe("mine");
        FolderCalls.TryOwner(secret, out uint user, out _).ShouldBeTrue();
        user.ShouldBe(FolderCalls.EffectiveUser());
    }

    private static void Give(string path, uint user)
    {
        using var file = new SafeFileHandle(LinuxCalls.Open(At, path, LinuxCalls.ReadOnly, 0), ownsHandle: true);
        FolderCalls.ChangeOwner((int)file.DangerousGetHandle(), user, user).ShouldBe(0);
    }

    private static string Code(Action act) => Should.Throw<FaultException>(act).Fault.Code;
}
