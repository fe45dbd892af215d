using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Storage;
using Coffer.Unit.Vault.Stores;
using Coffer.Vault;

namespace Coffer.Unit.Vault;

public sealed class EmbeddedVaultTests : IDisposable
{
    private readonly VaultFixture _fixture = new();
    private readonly SealedGraph _graph;

    public EmbeddedVaultTests() => _graph = new SealedGraph(_fixture.Keys);

    public void Dispose()
    {
        _graph.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public async Task Commit_WholeGraph_IsListedAndReadAfterReopening()
    {
        var (id, frame) = _graph.AddPoint(1);
        await using (var vault = await _fixture.OpenAsync())
        {
            var server = await vault.RegisterAsync(_fixture.Registration(), default);
            await using var session = await vault.OpenSessionAsync(_fixture.Session(server.Id), default);
            await _graph.PutAsync(session);
            var answer = await session.CommitAsync(frame, VaultFixture.Facts(1), default);
            answer.Missing.ShouldBeEmpty();
            answer.Point!.Id.ShouldBe(id);
        }
        await using (var vault = await _fixture.OpenAsync())
        {
            var point = (await vault.ListPointsAsync(new PointFilter(), default)).ShouldHaveSingleItem();
            point.Id.ShouldBe(id);
            point.Sequence.ShouldBe(1);
            point.ReceivedAt.ShouldBe(_fixture.Time.GetUtcNow());
            point.Statistics.Files.ShouldBe(1);
            await using var reader = await vault.OpenReaderAsync(_fixture.Keys.Keyspace, default);
            (await reader.ReadPointAsync(id, default)).ShouldBe(frame);
            using var buffer = new FrameBuffer();
            foreach (var node in _graph.Ids)
            {
                (await reader.ReadAsync(node, 0, buffer, default)).ShouldBeTrue();
                FrameHeader.ParseWhole(buffer.Span, "test").Id.ShouldBe(node);
                (await reader.ReadAsync(node, 1, buffer, default)).ShouldBeFalse();
            }
        }
    }

    [Fact]
    public async Task Commit_AbsentIds_NamesThemAllAndSucceedsOnceTheyCame()
    {
        var machine = await _fixture.RegisterAsync();
        var (id, frame) = _graph.AddPoint(1);
        var late = _graph.Ids.Where((_, i) => i is 1 or 7 or 14).ToHashSet();
        await using var vault = await _fixture.OpenAsync();
        await using var session = await vault.OpenSessionAsync(_fixture.Session(machine), default);
        await _graph.PutAsync(session, node => !late.Contains(node));

        var answer = await session.CommitAsync(frame, VaultFixture.Facts(1), default);
        answer.Point.ShouldBeNull();
        answer.Missing.ShouldBe(late, ignoreOrder: true);
        (await vault.ListPointsAsync(new PointFilter(), default)).ShouldBeEmpty();

        await _graph.PutAsync(session, late.Contains);
        (await session.CommitAsync(frame, VaultFixture.Facts(1), default)).Point!.Id.ShouldBe(id);
    }

    [Fact]
    public async Task Have_PagesAreThereOnceCommitted_ChunksOncePut()
    {
        var machine = await _fixture.RegisterAsync();
        var (_, frame) = _graph.AddPoint(1, pages: 1);
        await using var vault = await _fixture.OpenAsync();
        await using var session = await vault.OpenSessionAsync(_fixture.Session(machine), default);
        (await HaveAsync(session)).ShouldAllBe(present => !present);
        await _graph.PutAsync(session);
        // Four chunks come first; pages are not closed before a commit has walked them.
        (await HaveAsync(session)).ShouldBe([true, true, true, true, false, false, false, false]);
        await session.CommitAsync(frame, VaultFixture.Facts(1), default);
        (await HaveAsync(session)).ShouldAllBe(present => present);
    }

    [Fact]
    public async Task Commit_SamePointAgain_IsAnsweredAsTheFirstTime()
    {
        var machine = await _fixture.RegisterAsync();
        var (_, frame) = _graph.AddPoint(1);
        await using var vault = await _fixture.OpenAsync();
        await using var session = await vault.OpenSessionAsync(_fixture.Session(machine), default);
        await _graph.PutAsync(session);
        var first = await session.CommitAsync(frame, VaultFixture.Facts(1), default);
        _fixture.Time.Move(TimeSpan.FromMinutes(5));
        var second = await session.CommitAsync(frame, VaultFixture.Facts(1), default);
        second.Point!.ReceivedAt.ShouldBe(first.Point!.ReceivedAt);
        (await vault.ListPointsAsync(new PointFilter(), default)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Commit_OtherPointOfTheSameSequence_IsRefused()
    {
        var machine = await _fixture.RegisterAsync();
        var (_, one) = _graph.AddPoint(1);
        var (_, two) = _graph.AddPoint(2);
        await using var vault = await _fixture.OpenAsync();
        await using var session = await vault.OpenSessionAsync(_fixture.Session(machine), default);
        await _graph.PutAsync(session);
        await session.CommitAsync(one, VaultFixture.Facts(3), default);
        (await Code(() => session.CommitAsync(two, VaultFixture.Facts(3), default))).ShouldBe("vault.sequence");
        (await Code(() => session.CommitAsync(two, VaultFixture.Facts(2), default))).ShouldBe("vault.sequence");
    }

    [Fact]
    public async Task Checkpoint_Replaced_OnlyTheLastStaysAndACommitTakesItAway()
    {
        var machine = await _fixture.RegisterAsync();
        var (one, oneFrame) = _graph.AddPoint(1, kind: NodeKind.Checkpoint);
        var (two, twoFrame) = _graph.AddPoint(2, kind: NodeKind.Checkpoint);
        var (point, frame) = _graph.AddPoint(3);
        await using var vault = await _fixture.OpenAsync();
        await using (var session = await vault.OpenSessionAsync(_fixture.Session(machine), default))
        {
            await _graph.PutAsync(session);
            (await session.StoreCheckpointAsync(oneFrame, VaultFixture.Facts(1), default)).ShouldBeTrue();
            (await session.StoreCheckpointAsync(twoFrame, VaultFixture.Facts(1), default)).ShouldBeTrue();
            (await session.StoreCheckpointAsync(twoFrame, VaultFixture.Facts(1), default)).ShouldBeTrue();
        }
        await using var reader = await vault.OpenReaderAsync(_fixture.Keys.Keyspace, default);
        await using (var session = await vault.OpenSessionAsync(_fixture.Session(machine), default))
        {
            session.Opening.Checkpoint.ShouldBe(two);
            (await reader.ReadPointAsync(two, default)).ShouldBe(twoFrame);
            (await Code(() => reader.ReadPointAsync(one, default))).ShouldBe("vault.point");
            await session.CommitAsync(frame, VaultFixture.Facts(1), default);
        }
        await using (var session = await vault.OpenSessionAsync(_fixture.Session(machine), default))
        {
            session.Opening.Checkpoint.ShouldBeNull();
            session.Opening.NewestPoint.ShouldBe(point);
            session.Opening.HighestSequence.ShouldBe(1);
        }
        (await Code(() => reader.ReadPointAsync(two, default))).ShouldBe("vault.point");
    }

    [Fact]
    public async Task Checkpoint_DamageToldBesideTheRun_IsNotTakenAndTheCommitNamesWhatIsAbsent()
    {
        var machine = await _fixture.RegisterAsync();
        var (_, checkpoint) = _graph.AddPoint(1, pages: 1, kind: NodeKind.Checkpoint);
        var (_, frame) = _graph.Seal(NodeKind.Point, [1], [.. _graph.Ids.TakeLast(2)]);
        var damaged = _graph.Ids.First();
        await using var vault = await _fixture.OpenAsync();
        await using var session = await vault.OpenSessionAsync(_fixture.Session(machine), default);
        await _graph.PutAsync(session);
        await using var reader = await vault.OpenReaderAsync(_fixture.Keys.Keyspace, default);
        await reader.ReportDamageAsync(damaged, 0, "test", default);
        (await session.StoreCheckpointAsync(checkpoint, VaultFixture.Facts(1), default)).ShouldBeFalse();
        (await session.CommitAsync(frame, VaultFixture.Facts(1), default)).Missing.ShouldBe([damaged]);
        await _graph.PutAsync(session, id => id == damaged);
        (await session.StoreCheckpointAsync(checkpoint, VaultFixture.Facts(1), default)).ShouldBeTrue();
        (await session.CommitAsync(frame, VaultFixture.Facts(1), default)).Missing.ShouldBeEmpty();
    }

    [Fact]
    public async Task Commit_OldCheckpointCannotBeDeleted_IsAnsweredAndSettledByTheNextOpening()
    {
        var machine = await _fixture.RegisterAsync();
        var (_, checkpoint) = _graph.AddPoint(1, kind: NodeKind.Checkpoint);
        var (id, frame) = _graph.AddPoint(2);
        _fixture.WrapStore = store => new KeepingStore(store);
        await using (var vault = await _fixture.OpenAsync())
        await using (var session = await vault.OpenSessionAsync(_fixture.Session(machine), default))
        {
            await _graph.PutAsync(session);
            await session.StoreCheckpointAsync(checkpoint, VaultFixture.Facts(1), default);
            (await session.CommitAsync(frame, VaultFixture.Facts(1), default)).Point!.Id.ShouldBe(id);
            PointFiles().ShouldBe(2);
        }
        _fixture.WrapStore = null;
        await using var next = await _fixture.OpenAsync();
        PointFiles().ShouldBe(1);

        int PointFiles() =>
            Directory.GetFiles($"{_fixture.Folder}/store/points", "*", SearchOption.AllDirectories).Length;
    }

    [Fact]
    public async Task Damage_Reported_IsAbsentForThatMachineUntilAnotherCopyComes()
    {
        var machine = await _fixture.RegisterAsync();
        var (_, frame) = _graph.AddPoint(1, pages: 1);
        var (_, next) = _graph.Seal(NodeKind.Point, [1], [.. _graph.Ids.TakeLast(2)]);
        await using var vault = await _fixture.OpenAsync();
        await using (var session = await vault.OpenSessionAsync(_fixture.Session(machine), default))
        {
            await _graph.PutAsync(session);
            await session.CommitAsync(frame, VaultFixture.Facts(1), default);
        }
        var damaged = _graph.Ids.First();
        await using var reader = await vault.OpenReaderAsync(_fixture.Keys.Keyspace, default);
        await reader.ReportDamageAsync(damaged, 0, "test", default);
        await using (var session = await vault.OpenSessionAsync(_fixture.Session(machine), default))
        {
            session.Opening.LostCount.ShouldBe(1);
            (await session.ListLostAsync(null, default)).ShouldBe([damaged]);
            (await session.ListLostAsync(damaged, default)).ShouldBeEmpty();
            session.Opening.LossEpoch.ShouldBe(2);
            // The pages above were proved by the copy that turned out damaged.
            (await HaveAsync(session)).ShouldBe([false, true, true, true, false, true, false, true]);
            (await session.CommitAsync(next, VaultFixture.Facts(2), default)).Missing.ShouldBe([damaged]);
            await _graph.PutAsync(session, id => id == damaged);
            (await session.CommitAsync(next, VaultFixture.Facts(2), default)).Missing.ShouldBeEmpty();
            (await HaveAsync(session)).ShouldAllBe(present => present);
        }
        await using var later = await vault.OpenSessionAsync(_fixture.Session(machine), default);
        later.Opening.LostCount.ShouldBe(0);
        (await later.ListLostAsync(null, default)).ShouldBeEmpty();
        using var buffer = new FrameBuffer();
        (await reader.ReadAsync(damaged, 1, buffer, default)).ShouldBeTrue();
    }

    [Fact]
    public async Task Opening_DamageOutsideTheBase_IsNotNamedAsLost()
    {
        var machine = await _fixture.RegisterAsync();
        var (_, old) = _graph.AddPoint(1, pages: 1);
        var ofOld = _graph.Ids.First();
        await using var vault = await _fixture.OpenAsync();
        await using (var session = await vault.OpenSessionAsync(_fixture.Session(machine), default))
        {
            await _graph.PutAsync(session);
            await session.CommitAsync(old, VaultFixture.Facts(1), default);
        }
        _graph.Forget();
        var (_, newest) = _graph.AddPoint(2);
        ObjectId[] lost = [.. _graph.Ids.Take(4).Order()];
        await using (var session = await vault.OpenSessionAsync(_fixture.Session(machine), default))
        {
            await _graph.PutAsync(session);
            await session.CommitAsync(newest, VaultFixture.Facts(2), default);
        }
        await using var reader = await vault.OpenReaderAsync(_fixture.Keys.Keyspace, default);
        await reader.ReportDamageAsync(ofOld, 0, "test", default);
        await using (var session = await vault.OpenSessionAsync(_fixture.Session(machine), default))
            session.Opening.LostCount.ShouldBe(0);
        foreach (var id in lost) await reader.ReportDamageAsync(id, 0, "test", default);
        await using (var session = await vault.OpenSessionAsync(_fixture.Session(machine), default))
        {
            session.Opening.LostCount.ShouldBe(4);
            (await session.ListLostAsync(null, default)).ShouldBe(lost);
            (await session.ListLostAsync(lost[1], default)).ShouldBe(lost[2..]);
            (await session.ListLostAsync(NewId(), default)).Count.ShouldBeLessThanOrEqualTo(4);
        }
        await using var other = await vault.OpenSessionAsync(
            _fixture.Session(machine) with { Source = SourceId.New() }, default);
        other.Opening.LostCount.ShouldBe(0);
    }

    [Fact]
    public async Task Commit_PagesThatReferToEachOther_IsRefused()
    {
        var machine = await _fixture.RegisterAsync();
        ObjectId a = NewId(), b = NewId();
        byte[] pageA = Relabelled(a, b), pageB = Relabelled(b, a);
        var (_, frame) = _graph.Seal(NodeKind.Point, [1], a, b);
        await using var vault = await _fixture.OpenAsync();
        await using var session = await vault.OpenSessionAsync(_fixture.Session(machine), default);
        using (var pack = session.BeginPack(PackClass.Metadata))
        {
            pack.Append(pageA);
            pack.Append(pageB);
            await pack.CompleteAsync(default);
        }
        (await Code(() => session.CommitAsync(frame, VaultFixture.Facts(1), default))).ShouldBe("vault.point-refused");
    }

    [Fact]
    public async Task Session_ThatIsOpen_ShutsOutAnotherAndEndsByAge()
    {
        var machine = await _fixture.RegisterAsync();
        await using var vault = await _fixture.OpenAsync();
        await using (var session = await vault.OpenSessionAsync(_fixture.Session(machine), default))
        {
            (await Code(() => vault.OpenSessionAsync(_fixture.Session(machine), default))).ShouldBe("vault.busy");
            _fixture.Time.Move(TimeSpan.FromHours(25));
            Should.Throw<FaultException>(() => session.BeginPack(PackClass.Data))
                .Fault.Code.ShouldBe("vault.session");
        }
        await using var next = await vault.OpenSessionAsync(_fixture.Session(machine), default);
    }

    [Fact]
    public async Task Session_WallClockSetForward_GoesOn()
    {
        var machine = await _fixture.RegisterAsync();
        await using var vault = await _fixture.OpenAsync();
        await using var session = await vault.OpenSessionAsync(_fixture.Session(machine), default);
        _fixture.Time.StepWall(TimeSpan.FromDays(4000));
        session.BeginPack(PackClass.Data).Dispose();
    }

    [Fact]
    public async Task Put_NoRoomAboveTheReserve_SaysBothFigures()
    {
        var machine = await _fixture.RegisterAsync();
        _fixture.ReserveBytes = long.MaxValue;
        await using var vault = await _fixture.OpenAsync();
        var fault = (await Should.ThrowAsync<FaultException>(
            () => vault.OpenSessionAsync(_fixture.Session(machine), default))).Fault;
        fault.Code.ShouldBe("vault.full");
        fault.Message.ShouldContain("reserve");
    }

    [Theory]
    [InlineData(StoreError.Full, "store.full")]
    [InlineData(StoreError.Quota, "store.quota")]
    [InlineData(StoreError.ReadOnly, "store.read-only")]
    [InlineData(StoreError.Denied, "store.denied")]
    [InlineData(StoreError.Failing, "store.failing")]
    [InlineData(StoreError.Lost, "store.lost")]
    public async Task Put_DiskFailsInThePack_SaysHowAndLeavesTheVaultUsable(StoreError error, string code)
    {
        var machine = await _fixture.RegisterAsync();
        var (_, frame) = _graph.AddPoint(1);
        var plan = new FaultPlan { ErrorFromAppend = 3, AppendError = error };
        _fixture.WrapStore = store => new FaultyStore(store, plan);
        await using (var vault = await _fixture.OpenAsync())
        {
            await using var session = await vault.OpenSessionAsync(_fixture.Session(machine), default);
            (await Code(() => _graph.PutAsync(session))).ShouldBe(code);
        }
        _fixture.WrapStore = null;
        await using (var vault = await _fixture.OpenAsync())
        {
            await using var session = await vault.OpenSessionAsync(_fixture.Session(machine), default);
            await _graph.PutAsync(session);
            (await session.CommitAsync(frame, VaultFixture.Facts(1), default)).Missing.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Status_AfterABackup_CountsWhatLiesInTheStore()
    {
        var machine = await _fixture.RegisterAsync();
        var (_, frame) = _graph.AddPoint(1);
        await using var vault = await _fixture.OpenAsync();
        await using (var session = await vault.OpenSessionAsync(_fixture.Session(machine), default))
        {
            await _graph.PutAsync(session);
            await session.CommitAsync(frame, VaultFixture.Facts(1), default);
        }
        var status = await vault.ReadStatusAsync(default);
        status.Packs.ShouldBe(2);
        status.Points.ShouldBe(1);
        status.StoredBytes.ShouldBe(((string[])["packs", "points", "records"])
            .Select(f => new DirectoryInfo($"{_fixture.Folder}/store/{f}"))
            .SelectMany(folder => folder.GetFiles("*", SearchOption.AllDirectories))
            .Sum(file => file.Length));
        status.IsTimeInDoubt.ShouldBeFalse();
    }

    private async Task<bool[]> HaveAsync(Contracts.Sessions.IBackupSession session)
    {
        ObjectId[] ids = [.. _graph.Ids];
        var present = new bool[ids.Length];
        await session.HaveAsync(ids, present, default);
        return present;
    }

    private static async Task<string> Code(Func<Task> act) =>
        (await Should.ThrowAsync<FaultException>(act)).Fault.Code;

    private static ObjectId NewId() => new(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

    // What a hostile writer could send: the vault cannot tell that the id is not that of the body.
    private byte[] Relabelled(ObjectId id, ObjectId reference)
    {
        var (_, frame) = _graph.Seal(NodeKind.TreePage, [1], reference);
        FrameHeader.Parse(frame, "test").ShouldNotBe(default);
        (FrameHeader.Parse(frame, "test") with { Id = id }).Write(frame);
        return frame;
    }
}
