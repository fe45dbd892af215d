using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Sealing.Frames;
using Coffer.Unit.Vault.Stores;
using Coffer.Vault;
using Coffer.Vault.Collecting;
using Coffer.Vault.Keyspaces;

namespace Coffer.Unit.Vault.Collecting;

/// <summary>Collection beside another one, beside other transactions, and beside readers, in one process.</summary>
public sealed class TurnTests : IDisposable
{
    private const int Points = 3;

    /// <summary>Long enough for the other thread to be through, if nothing keeps it waiting.</summary>
    private const int Milliseconds = 200;

    private static readonly CollectionRules Merging = new() { SmallPacks = Points };

    private readonly VaultFixture _fixture = new();
    private readonly List<SealedGraph> _graphs = [];
    private InterruptedStore _store = null!;

    public void Dispose()
    {
        foreach (var graph in _graphs) graph.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public async Task Collect_TwoAtOnceInOneProcess_TakeTurns()
    {
        await using var vault = await MakeAsync();
        Task<IReadOnlyList<CollectionReport>>? second = null;
        var first = vault.Collect(Merging, () =>
        {
            if (second is not null) return true;
            second = Task.Run(() => vault.Collect(Merging, () => true));
            _ = ((IAsyncResult)second).AsyncWaitHandle.WaitOne(Milliseconds);
            return true;
        });
        first.Single().RemovedPacks.ShouldBe(2 * Points);
        (await second!).Single().ShouldBe(first.Single() with { RemovedPacks = 0, RemovedBytes = 0, CopiedBytes = 0 });
    }

    [Fact]
    public async Task GenerationOf_WhileAnotherThreadCondemns_SaysNothingOfWhatIsTakenBack()
    {
        await (await MakeAsync()).DisposeAsync();
        string path = Path.Combine(_fixture.Folder, KeyspaceFile.FileName(_fixture.Keys.Keyspace));
        using var file = KeyspaceFile.Open(path, _fixture.Keys.Keyspace);
        var id = _graphs[0].Ids.First();
        Task<long>? asked = null;
        Should.Throw<InvalidOperationException>(() => file.Transaction(() =>
        {
            long generation = file.Condemned.Begin(_fixture.Time.GetUtcNow());
            file.Condemned.Add(id, generation, _fixture.Time.GetUtcNow()).ShouldBeTrue();
            asked = Task.Run(() => file.Condemned.GenerationOf(id));
            _ = ((IAsyncResult)asked).AsyncWaitHandle.WaitOne(Milliseconds);
            throw new InvalidOperationException("taken back");
        }));
        (await asked!).ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reader_FrameIsMovedBetweenLookAndRead_FindsItWhereItWent(bool reads)
    {
        await using var vault = await MakeAsync();
        await using var reader = await vault.OpenReaderAsync(_fixture.Keys.Keyspace, default);
        var id = _graphs[0].Ids.First();
        _store.BeforeRead = (
            "packs/", () => vault.Collect(Merging, () => true).Single().RemovedPacks.ShouldBe(2 * Points));
        using FrameBuffer frame = new(), plain = new();
        if (reads)
        {
            (await reader.ReadAsync(id, 0, frame, default)).ShouldBeTrue();
            using var opener = new FrameOpener(_fixture.Keys);
            opener.Open(frame.Span, id, FrameHeader.Parse(frame.Span, "frame").Kind, plain);
        }
        else
        {
            (await reader.LookAsync(id, 0, default)).ShouldBeTrue();
        }

        _store.BeforeRead.ShouldBeNull("the collection came in between");
    }

    [Fact]
    public async Task Check_APointIsPurgedMeanwhile_CallsNoneHurt()
    {
        await using var vault = await MakeAsync();
        var points = await vault.ListPointsAsync(new(), default);
        bool isPurged = false;
        var report = vault.Check(null, () =>
        {
            if (isPurged) return true;
            vault.Points.Delete(points[^1].Id, TimeSpan.Zero);
            vault.Points.Purge(points[^1].Id);
            return isPurged = true;
        });
        report.Hurt.ShouldBeEmpty();
        report.AbsentIds.ShouldBe(0);
    }

    private async Task<EmbeddedVault> MakeAsync()
    {
        var machine = await _fixture.RegisterAsync();
        _fixture.WrapStore = store => _store = new InterruptedStore(store);
        var vault = await _fixture.OpenAsync();
        for (int number = 1; number <= Points; number++)
        {
            var graph = new SealedGraph(_fixture.Keys);
            _graphs.Add(graph);
            var (_, frame) = graph.AddPoint(number, pages: 1);
            await using var session = await vault.OpenSessionAsync(_fixture.Session(machine), default);
            await graph.PutAsync(session);
            (await session.CommitAsync(frame, VaultFixture.Facts(number), default)).Missing.ShouldBeEmpty();
        }

        _fixture.Time.Move(TimeSpan.FromDays(8));
        return vault;
    }
}
