using Coffer.Contracts.Points;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Sealing.Frames;
using Coffer.Vault;
using Coffer.Vault.Collecting;

namespace Coffer.Unit.Vault.Collecting;

public sealed class CollectionTests : IDisposable
{
    private static readonly CollectionRules Rules = new();
    private static readonly TimeSpan Week = TimeSpan.FromDays(8), Day = TimeSpan.FromHours(25);

    private readonly VaultFixture _fixture = new();
    private readonly SealedGraph _first, _second;
    private readonly (ObjectId Id, byte[] Frame) _old, _new;

    public CollectionTests()
    {
        (_first, _second) = (new SealedGraph(_fixture.Keys), new SealedGraph(_fixture.Keys));
        (_old, _new) = (_first.AddPoint(1), _second.AddPoint(2));
    }

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public async Task Collect_APurgedPoint_IsCondemnedThenRemovedADayLaterAndTheOtherStays()
    {
        await using var vault = await WithTwoPointsAsync();
        Purge(vault, _old.Id);
        Collect(vault).ShouldBe((0, 0)); // young: a session may still need it
        _fixture.Time.Move(Week);
        Collect(vault).ShouldBe((_first.Ids.Count(), 0));
        Collect(vault).ShouldBe((0, 0));
        _fixture.Time.Move(Day);
        Collect(vault).ShouldBe((0, 2));
        await ShouldOpenAsync(vault, _second.Ids, _new.Id);
        await ShouldBeGoneAsync(vault, _first.Ids);
        Collect(vault).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Collect_WhileTheProcessIsToStop_DecidesNothingAndTheNextOneDoesAll()
    {
        using var stopping = new CancellationTokenSource();
        _fixture.Stopping = stopping.Token;
        await using (var vault = await WithTwoPointsAsync())
        {
            Purge(vault, _old.Id);
            _fixture.Time.Move(Week);
            await stopping.CancelAsync();
            var report = vault.Collect(Rules, () => true).Single();
            (report.IsDone, report.Condemned, report.Stopped).ShouldBe((false, 0, null));
        }

        _fixture.Stopping = default;
        await using var next = await _fixture.OpenAsync();
        Collect(next).Condemned.ShouldBe(_first.Ids.Count());
        await ShouldOpenAsync(next, _second.Ids, _new.Id);
    }

    [Fact]
    public async Task Collect_ADeletedPoint_KeepsAllOfIt()
    {
        await using var vault = await WithTwoPointsAsync();
        vault.Points.Delete(_old.Id, TimeSpan.FromDays(14));
        _fixture.Time.Move(Week);
        Collect(vault).ShouldBe((0, 0));
        vault.Points.Undelete(_old.Id);
        await ShouldOpenAsync(vault, _first.Ids, _old.Id);
    }

    [Fact]
    public async Task Commit_OfWhatWasCondemned_LiftsItAndItIsNotRemoved()
    {
        await using var vault = await WithTwoPointsAsync();
        Purge(vault, _old.Id);
        _fixture.Time.Move(Week);
        Collect(vault).Condemned.ShouldBePositive();
        // A session that knew them before commits them again without having asked.
        var again = Again();
        await CommitAsync(vault, again, 3);
        _fixture.Time.Move(Day);
        Collect(vault).ShouldBe((0, 0));
        await ShouldOpenAsync(vault, _first.Ids, again.Id);
    }

    [Fact]
    public async Task Have_OfWhatWasCondemned_SaysNo()
    {
        await using var vault = await WithTwoPointsAsync();
        Purge(vault, _old.Id);
        _fixture.Time.Move(Week);
        Collect(vault);
        await using var session = await vault.OpenSessionAsync(_fixture.Session(await MachineAsync(vault)), default);
        var present = new bool[_first.Ids.Count()];
        await session.HaveAsync(_first.Ids.ToArray(), present, default);
        present.ShouldAllBe(p => !p);
    }

    [Fact]
    public async Task Remove_WhileASessionIsOpenThatWasOpenThen_Waits()
    {
        await using var vault = await WithTwoPointsAsync();
        Purge(vault, _old.Id);
        _fixture.Time.Move(Week);
        var session = await vault.OpenSessionAsync(_fixture.Session(await MachineAsync(vault)), default);
        Collect(vault).Condemned.ShouldBePositive();
        _fixture.Time.Move(Day);
        Collect(vault).ShouldBe((0, 0));
        await session.DisposeAsync();
        Collect(vault).ShouldBe((0, 2));
    }

    [Fact]
    public async Task Remove_WhileSomebodyReadsWhoReadThen_Waits()
    {
        await using var vault = await WithTwoPointsAsync();
        Purge(vault, _old.Id);
        _fixture.Time.Move(Week);
        var reader = await vault.OpenReaderAsync(_fixture.Keys.Keyspace, default);
        Collect(vault).Condemned.ShouldBePositive();
        _fixture.Time.Move(Day);
        using (var frame = new FrameBuffer()) await reader.ReadAsync(_first.Ids.First(), 0, frame, default);
        Collect(vault).ShouldBe((0, 0));
        await reader.DisposeAsync();
        Collect(vault).ShouldBe((0, 2));
    }

    [Fact]
    public async Task Collect_WithTimeInDoubt_DoesNothingAndSaysSo()
    {
        await using (var vault = await WithTwoPointsAsync()) Purge(vault, _old.Id);
        _fixture.Time.Move(-TimeSpan.FromHours(2));
        _fixture.BootId = "boot-2";
        await using var later = await _fixture.OpenAsync();
        _fixture.Time.Move(Week);
        var report = later.Collect(Rules, () => true).Single();
        report.Stopped.ShouldNotBeNull().ShouldContain("doubt");
        report.Condemned.ShouldBe(0);
    }

    [Fact]
    public async Task Purge_BeforeItsTimeOrHeld_IsRefused()
    {
        await using var vault = await WithTwoPointsAsync();
        Should.Throw<FaultException>(() => vault.Points.Purge(_old.Id)).Fault.Code.ShouldBe("point.not-due");
        vault.Points.Hold(_old.Id);
        Should.Throw<FaultException>(() => vault.Points.Delete(_old.Id, default)).Fault.Code.ShouldBe("point.held");
        vault.Points.Release(_old.Id);
        vault.Points.Delete(_old.Id, TimeSpan.FromDays(14));
        Should.Throw<FaultException>(() => vault.Points.Purge(_old.Id)).Fault.Code.ShouldBe("point.not-due");
        _fixture.Time.Move(TimeSpan.FromDays(15));
        vault.Points.RunDue(default).ShouldBe((0, 1));
        (await vault.ListPointsAsync(new PointFilter(), default)).Select(p => p.Id).ShouldBe([_new.Id]);
    }

    private async Task<EmbeddedVault> WithTwoPointsAsync()
    {
        await _fixture.RegisterAsync();
        var vault = await _fixture.OpenAsync();
        await PutAsync(vault, _first, _old, 1);
        await PutAsync(vault, _second, _new, 2);
        return vault;
    }

    private async Task PutAsync(EmbeddedVault vault, SealedGraph graph, (ObjectId, byte[] Frame) point, long sequence)
    {
        await using var session = await vault.OpenSessionAsync(_fixture.Session(await MachineAsync(vault)), default);
        await graph.PutAsync(session);
        (await session.CommitAsync(point.Frame, VaultFixture.Facts(sequence), default)).Missing.ShouldBeEmpty();
    }

    private async Task CommitAsync(EmbeddedVault vault, (ObjectId, byte[] Frame) point, long sequence)
    {
        await using var session = await vault.OpenSessionAsync(_fixture.Session(await MachineAsync(vault)), default);
        (await session.CommitAsync(point.Frame, VaultFixture.Facts(sequence), default)).Missing.ShouldBeEmpty();
    }

    // Another point over the trees of the first.
    private (ObjectId Id, byte[] Frame) Again()
    {
        var references = FrameHeader.ParseWhole(_old.Frame, "old").ReferencesOf(_old.Frame).ToArray();
        return _first.Seal(
            NodeKind.Point, [1, 2, 3], new ObjectId(references), new ObjectId(references.AsSpan(ObjectId.Size)));
    }

    private static void Purge(EmbeddedVault vault, ObjectId point)
    {
        vault.Points.Delete(point, TimeSpan.Zero);
        vault.Points.Purge(point);
    }

    private static (long Condemned, int RemovedPacks) Collect(EmbeddedVault vault)
    {
        var report = vault.Collect(Rules, () => true).Single();
        report.Stopped.ShouldBeNull();
        report.IsDone.ShouldBeTrue();
        return (report.Condemned, report.RemovedPacks);
    }

    private static async Task<MachineId> MachineAsync(EmbeddedVault vault) =>
        (await vault.ListServersAsync(default)).Single().Id;

    private async Task ShouldOpenAsync(EmbeddedVault vault, IEnumerable<ObjectId> ids, ObjectId point)
    {
        await using var reader = await vault.OpenReaderAsync(_fixture.Keys.Keyspace, default);
        using var opener = new FrameOpener(_fixture.Keys);
        using FrameBuffer frame = new(), plain = new();
        foreach (var id in ids)
        {
            (await reader.ReadAsync(id, 0, frame, default)).ShouldBeTrue();
            opener.Open(frame.Span, id, FrameHeader.Parse(frame.Span, "frame").Kind, plain);
        }
        (await reader.ReadPointAsync(point, default)).ShouldNotBeEmpty();
    }

    private async Task ShouldBeGoneAsync(EmbeddedVault vault, IEnumerable<ObjectId> ids)
    {
        await using var reader = await vault.OpenReaderAsync(_fixture.Keys.Keyspace, default);
        using var frame = new FrameBuffer();
        foreach (var id in ids) (await reader.ReadAsync(id, 0, frame, default)).ShouldBeFalse();
    }
}
