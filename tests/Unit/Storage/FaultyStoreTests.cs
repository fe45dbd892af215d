using Coffer.Domain;
using Coffer.Storage;

namespace Coffer.Unit.Storage;

public sealed class FaultyStoreTests : ObjectStoreContract
{
    protected override IObjectStore MakeStore() => new FaultyStore(new MemoryStore(), new FaultPlan());

    [Fact]
    public void Read_FlippedBits_DiffersInOneBit()
    {
        using var store = Faulty(new FaultPlan { FlippedBits = 1, Seed = 5 });
        byte[] target = new byte[64];
        store.Read(Name, 0, target).ShouldBe(64);
        target.Sum(b => int.PopCount(b)).ShouldBe(1);
    }

    [Fact]
    public void Read_ErrorsAndCuts_AreToldAsSuch()
    {
        using (var failing = Faulty(new FaultPlan { ReadErrors = 1 }))
            Should.Throw<FaultException>(() => failing.Read(Name, 0, new byte[1])).Fault.Code.ShouldBe("store.failing");
        using (var lost = Faulty(new FaultPlan { ReadErrors = 1, ReadError = StoreError.Lost }))
            Should.Throw<FaultException>(() => lost.Read(Name, 0, new byte[1])).Fault.Code.ShouldBe("store.lost");
        using var cut = Faulty(new FaultPlan { ShortReads = 1 });
        cut.Read(Name, 0, new byte[64]).ShouldBeLessThan(64);
        using var read = cut.Open(Name);
        Should.Throw<CorruptionException>(() => read.ReadExactly(0, new byte[64]));
    }

    [Fact]
    public void Append_FullFromSecond_FirstGoesThrough()
    {
        using var store = new FaultyStore(new MemoryStore(), new FaultPlan { ErrorFromAppend = 2 });
        using var write = store.Create();
        write.Append([1]);
        Should.Throw<FaultException>(() => write.Append([2])).Fault.Code.ShouldBe("store.full");
        Should.Throw<ObjectDisposedException>(() => write.Commit(Name));
    }

    [Fact]
    public void Commit_LostAcknowledgement_IsThereAllTheSame()
    {
        using var store = new FaultyStore(new MemoryStore(), new FaultPlan { LostAcknowledgements = 1 });
        using var write = store.Create();
        write.Append([1]);
        Should.Throw<IOException>(() => write.Commit(Name));
        store.Exists(Name).ShouldBeTrue();
    }

    [Fact]
    public void Exists_HiddenForTwoCalls_SeenAtTheThird()
    {
        using var store = Faulty(new FaultPlan { HiddenForCalls = 2 });
        store.Exists(Name).ShouldBeFalse();
        store.Length(Name).ShouldBeNull();
        store.Exists(Name).ShouldBeTrue();
    }

    private static FaultyStore Faulty(FaultPlan plan)
    {
        var store = new FaultyStore(new MemoryStore(), plan);
        using var write = store.Create();
        write.Append(new byte[64]);
        write.Commit(Name);
        return store;
    }
}
