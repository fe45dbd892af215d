using Coffer.Domain;
using Coffer.Storage;

namespace Coffer.Unit.Storage;

/// <summary>What every store promises.</summary>
public abstract class ObjectStoreContract : IDisposable
{
    protected static readonly StoreName Name = StoreName.Parse("packs/00ff/ab/abcd");

    private IObjectStore? _store;

    protected IObjectStore Store => _store ??= MakeStore();

    protected abstract IObjectStore MakeStore();

    [Fact]
    public void Commit_ManyAppends_ReadsBackWhole()
    {
        byte[] small = [1, 2, 3], big = new byte[200_000];
        big.AsSpan().Fill(7);
        using (var write = Store.Create())
        {
            foreach (byte[] part in new[] { small, big, small, small }) write.Append(part);
            write.Length.ShouldBe(200_009);
            write.Commit(Name).ShouldBe(CommitResult.Committed);
        }
        byte[] all = new byte[200_009];
        Store.Read(Name, 0, all).ShouldBe(all.Length);
        all.ShouldBe([.. small, .. big, .. small, .. small]);
        Store.Length(Name).ShouldBe(200_009);
        Store.Exists(Name).ShouldBeTrue();
    }

    [Fact]
    public void Commit_TakenName_AnswersAlreadyThereAndReplacesNothing()
    {
        Put(Name, [1, 2]).ShouldBe(CommitResult.Committed);
        Put(Name, [3, 4, 5]).ShouldBe(CommitResult.AlreadyThere);
        Get(Name).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Commit_ManyWritersOfOneName_ExactlyOneWins()
    {
        var token = TestContext.Current.CancellationToken;
        _ = Store; // made before many threads ask for it: locks of names are one store's own
        var results = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(i => Task.Run(() => (i, Put(Name, [(byte)i])), token)));
        var winner = results.Where(r => r.Item2 == CommitResult.Committed).ShouldHaveSingleItem();
        Get(Name).ShouldBe([(byte)winner.i]);
    }

    [Fact]
    public void Dispose_Uncommitted_LeavesNothing()
    {
        using (var write = Store.Create()) write.Append([1]);
        Store.List().ShouldBeEmpty();
        Store.Exists(Name).ShouldBeFalse();
    }

    [Fact]
    public void Append_AfterCommit_Throws()
    {
        using var write = Store.Create();
        write.Commit(Name);
        Should.Throw<ObjectDisposedException>(() => write.Append([1]));
        Should.Throw<ObjectDisposedException>(() => write.Commit(Name));
    }

    [Fact]
    public void Read_PastTheEnd_GivesWhatThereIs()
    {
        Put(Name, [1, 2, 3]);
        byte[] target = new byte[4];
        Store.Read(Name, 2, target).ShouldBe(1);
        target[0].ShouldBe((byte)3);
        Store.Read(Name, 9, target).ShouldBe(0);
    }

    [Fact]
    public void ReadExactly_PastTheEnd_IsCorruption()
    {
        Put(Name, [1, 2, 3]);
        using var read = Store.Open(Name);
        read.Length.ShouldBe(3);
        byte[] target = new byte[2];
        read.ReadExactly(1, target);
        target.ShouldBe([2, 3]);
        Should.Throw<CorruptionException>(() => read.ReadExactly(2, new byte[2]));
    }

    [Fact]
    public void Read_NothingThere_SaysWhichName()
    {
        Should.Throw<MissingObjectException>(() => Store.Read(Name, 0, new byte[1])).Name.ShouldBe(Name);
        Should.Throw<MissingObjectException>(() => Store.Open(Name));
        Store.Length(Name).ShouldBeNull();
    }

    [Fact]
    public void Delete_Twice_SaysWhetherItWasThere()
    {
        Put(Name, [1]);
        Store.Read(Name, 0, new byte[1]);
        Store.Delete(Name).ShouldBeTrue();
        Store.Delete(Name).ShouldBeFalse();
        Should.Throw<MissingObjectException>(() => Store.Read(Name, 0, new byte[1]));
        Put(Name, [2]).ShouldBe(CommitResult.Committed);
        Get(Name).ShouldBe([2]);
    }

    [Fact]
    public void List_Folder_GivesItsNamesInOrder()
    {
        string[] names = ["a/x", "a-b", "a/b/c", "a.d/z", "b/1", "a/b.c", "ab"];
        foreach (string name in names) Put(StoreName.Parse(name), [1, 2]);
        Store.List().Select(e => e.Name.Value).ShouldBe(names.Order(StringComparer.Ordinal));
        Store.List(StoreName.Parse("a")).ShouldBe(
            [Entry("a/b.c"), Entry("a/b/c"), Entry("a/x")]);
        Store.List(StoreName.Parse("nothing")).ShouldBeEmpty();
    }

    [Fact]
    public void Open_MoreThanAreKept_AllReadOn()
    {
        var names = Enumerable.Range(0, 70).Select(i => StoreName.Parse($"packs/{i:x4}")).ToArray();
        for (int i = 0; i < names.Length; i++) Put(names[i], [(byte)i]);
        var reads = names.Select(Store.Open).ToArray();
        byte[] target = new byte[1];
        for (int i = 0; i < names.Length; i++)
        {
            reads[i].ReadExactly(0, target);
            target[0].ShouldBe((byte)i);
            reads[i].Dispose();
            Get(names[i]).ShouldBe([(byte)i]);
        }
    }

    [Fact]
    public void Space_AnyStore_FreeIsWithinTotal()
    {
        var space = Store.Space();
        space.FreeBytes.ShouldBeInRange(1, space.TotalBytes);
    }

    public virtual void Dispose()
    {
        _store?.Dispose();
        GC.SuppressFinalize(this);
    }

    protected CommitResult Put(StoreName name, byte[] bytes)
    {
        using var write = Store.Create();
        write.Append(bytes);
        return write.Commit(name);
    }

    protected byte[] Get(StoreName name)
    {
        byte[] bytes = new byte[Store.Length(name)!.Value];
        Store.Read(name, 0, bytes).ShouldBe(bytes.Length);
        return bytes;
    }

    private static StoreEntry Entry(string name) => new(StoreName.Parse(name), 2);
}

public sealed class MemoryStoreTests : ObjectStoreContract
{
    protected override IObjectStore MakeStore() => new MemoryStore(1 << 20);

    [Fact]
    public void Commit_OverCapacity_IsStoreFull()
    {
        using var write = Store.Create();
        write.Append(new byte[(1 << 20) + 1]);
        Should.Throw<FaultException>(() => write.Commit(Name)).Fault.Code.ShouldBe("store.full");
    }
}
