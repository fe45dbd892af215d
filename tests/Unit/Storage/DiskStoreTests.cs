using System.Diagnostics;
using Coffer.Domain;
using Coffer.Storage;
using Coffer.Storage.Disks;
using Coffer.Storage.Systems;

namespace Coffer.Unit.Storage;

public abstract class DiskStoreContract : ObjectStoreContract
{
    protected string Root { get; } = Directory.CreateTempSubdirectory("coffer-store-").FullName;

    internal abstract DiskFiles Files { get; }

    protected override IObjectStore MakeStore() => DiskStore.Open(Root, TimeProvider.System, Files);

    [Fact]
    public void Commit_Done_LeavesNoTemporaryFile()
    {
        Put(Name, [1]);
        Put(Name, [2]);
        using (var write = Store.Create()) write.Append(new byte[100_000]);
        Directory.GetFiles(Path.Combine(Root, "tmp")).ShouldBeEmpty();
    }

    [Fact]
    public void List_ForeignFiles_ArePassedOver()
    {
        Put(Name, [1]);
        File.WriteAllText(Path.Combine(Root, "Catalog.DB"), "x");
        Store.List().ShouldHaveSingleItem().Name.ShouldBe(Name);
    }

    [Fact]
    public void Read_FolderPulledOut_IsStoreLost()
    {
        Put(Name, [1]);
        Directory.Delete(Root, recursive: true);
        Should.Throw<FaultException>(() => Store.Exists(StoreName.Parse("a"))).Fault.Code.ShouldBe("store.lost");
        Should.Throw<FaultException>(() => Store.Create()).Fault.Code.ShouldBe("store.lost");
        Should.Throw<FaultException>(() => Store.List().ToList()).Fault.Code.ShouldBe("store.lost");
        Directory.CreateDirectory(Root);
    }

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(Root, recursive: true);
    }
}

public sealed class DiskStoreTests : DiskStoreContract
{
    internal override DiskFiles Files { get; } = new LinuxFiles();

    [Fact]
    public void RemoveLeftovers_OldAndDead_GoesWhileALiveOneStays()
    {
        using var live = Store.Create();
        live.Append(new byte[100_000]);
        string dead = Path.Combine(Root, "tmp", "dead-1"), young = Path.Combine(Root, "tmp", "young-1");
        File.WriteAllText(dead, "x");
        File.WriteAllText(young, "x");
        foreach (string file in Directory.GetFiles(Path.Combine(Root, "tmp")).Where(f => f != young))
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddSeconds(-10));
        Store.RemoveLeftovers().ShouldBe(1);
        File.Exists(dead).ShouldBeFalse();
        File.Exists(young).ShouldBeTrue();
        live.Commit(Name).ShouldBe(CommitResult.Committed);
    }

    [Fact]
    public void Append_DiskFull_IsStoreFullAndLeavesNothing()
    {
        if (!Mount("tmpfs", "size=64k")) Assert.Skip("needs the right to mount");
        try
        {
            using var store = DiskStore.Open(Root, TimeProvider.System);
            using var write = store.Create();
            var fault = Should.Throw<FaultException>(() => write.Append(new byte[1 << 20])).Fault;
            fault.Code.ShouldBe("store.full");
            Should.Throw<ObjectDisposedException>(() => write.Commit(Name));
            Directory.GetFiles(Path.Combine(Root, "tmp")).ShouldBeEmpty();
            store.List().ShouldBeEmpty();
            Run("mount", "-o", "remount,ro", Root).ShouldBeTrue();
            Should.Throw<FaultException>(() => store.Create()).Fault.Code.ShouldBe("store.read-only");
        }
        finally
        {
            Run("umount", Root);
        }
    }

    private bool Mount(string type, string options) =>
        Environment.IsPrivilegedProcess && Run("mount", "-t", type, "-o", options, "none", Root);

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}

public sealed class DiskStoreByLinkTests : DiskStoreContract
{
    internal override DiskFiles Files { get; } = new LinuxFiles(MoveKind.LinkAndUnlink);
}

public sealed class DiskStoreByLookTests : DiskStoreContract
{
    internal override DiskFiles Files { get; } = new LinuxFiles(MoveKind.LookAndRename);
}

public sealed class DiskStorePortableTests : DiskStoreContract
{
    internal override DiskFiles Files { get; } = new PortableFiles();
}

public sealed class StoreNameTests
{
    [Theory]
    [InlineData("packs/00ff/ab/abcd", true)]
    [InlineData("records/vault/12-receipt.json", true)]
    [InlineData("", false)]
    [InlineData("/a", false)]
    [InlineData("a/", false)]
    [InlineData("a//b", false)]
    [InlineData("a/../b", false)]
    [InlineData("a/.b", false)]
    [InlineData("a.", false)]
    [InlineData("A", false)]
    [InlineData("a b", false)]
    [InlineData("ä", false)]
    [InlineData("tmp/x", false)]
    [InlineData("nul", false)]
    [InlineData("a/com1.x", false)]
    [InlineData("1/2/3/4/5/6/7/8/9", false)]
    public void TryParse_Text_AcceptsOnlyNames(string text, bool isName) =>
        StoreName.TryParse(text, out _).ShouldBe(isName);
}
