using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Unit.Vault.Stores;
using Coffer.Vault;

namespace Coffer.Unit.Vault.Points;

/// <summary>Two change what becomes of one point at the same time: what was acknowledged holds.</summary>
public sealed class PointTurnTests : IDisposable
{
    /// <summary>Long enough for the other thread to be through, if nothing keeps it waiting.</summary>
    private const int Milliseconds = 200;

    private readonly VaultFixture _fixture = new();
    private readonly List<SealedGraph> _graphs = [];
    private InterruptedStore _store = null!;

    public void Dispose()
    {
        foreach (var graph in _graphs) graph.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public async Task Hold_WhileThePointIsPurged_IsNotAcknowledged()
    {
        await using var vault = await WithPointsAsync(1);
        var point = (await PointsAsync(vault)).Single();
        vault.Points.Delete(point, TimeSpan.Zero);
        Task hold = Task.CompletedTask;
        _store.BeforeCommit = ("records/", Hold);
        vault.Points.Purge(point);
        (await Should.ThrowAsync<FaultException>(hold)).Fault.Code.ShouldBe("vault.point");
        (await PointsAsync(vault)).ShouldBeEmpty();

        void Hold()
        {
            hold = Task.Run(() => vault.Points.Hold(point));
            _ = ((IAsyncResult)hold).AsyncWaitHandle.WaitOne(Milliseconds);
        }
    }

    [Fact]
    public async Task RunDue_APointIsBroughtBackSinceAllWereLookedFor_LeavesItAndGoesOn()
    {
        await using var vault = await WithPointsAsync(3);
        var points = await PointsAsync(vault);
        foreach (var point in points) vault.Points.Delete(point, TimeSpan.Zero);
        _store.BeforeCommit = ("records/", () => vault.Points.Undelete(points[1]));
        vault.Points.RunDue(TimeSpan.Zero).Purged.ShouldBe(2);
        (await PointsAsync(vault)).ShouldBe([points[1]]);
    }

    [Fact]
    public async Task RunDue_APointNoLongerExpiresSinceAllWereLookedFor_LeavesIt()
    {
        await using var vault = await WithPointsAsync(2);
        var points = await PointsAsync(vault);
        foreach (var point in points) vault.Points.ExpireAt(point, _fixture.Time.GetUtcNow());
        _store.BeforeCommit = ("records/", () => vault.Points.ExpireAt(points[1], null));
        vault.Points.RunDue(TimeSpan.Zero).ShouldBe((1, 1));
        (await PointsAsync(vault)).ShouldBe([points[1]]);
    }

    private async Task<EmbeddedVault> WithPointsAsync(int count)
    {
        var machine = await _fixture.RegisterAsync();
        _fixture.WrapStore = store => _store = new InterruptedStore(store);
        var vault = await _fixture.OpenAsync();
        for (int number = 1; number <= count; number++)
        {
            var graph = new SealedGraph(_fixture.Keys);
            _graphs.Add(graph);
            var (_, frame) = graph.AddPoint(number);
            await using var session = await vault.OpenSessionAsync(_fixture.Session(machine), default);
            await graph.PutAsync(session);
            (await session.CommitAsync(frame, VaultFixture.Facts(number), default)).Missing.ShouldBeEmpty();
            _fixture.Time.Move(TimeSpan.FromMinutes(1)); // what is due is gone through in the order in which it came
        }

        return vault;
    }

    private static async Task<List<ObjectId>> PointsAsync(EmbeddedVault vault) =>
        [.. (await vault.ListPointsAsync(new PointFilter(), default)).Select(point => point.Id)];
}
