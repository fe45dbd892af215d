using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Sealing.Frames;
using Coffer.Vault;
using Coffer.Vault.Collecting;

namespace Coffer.Unit.Vault.Collecting;

/// <summary>Copies of an id of which one does not open: a vault without keys cannot tell which.</summary>
public sealed class DifferingCopyTests : IDisposable
{
    private static readonly CollectionRules Rules = new() { SmallPacks = 2 };

    private readonly VaultFixture _fixture = new();
    private readonly SealedGraph _graph;
    private readonly ObjectId _chunk;
    private readonly byte[] _poison, _point;

    public DifferingCopyTests()
    {
        _graph = new SealedGraph(_fixture.Keys);
        byte[] plain = [1, 2, 3];
        _chunk = _graph.Add(NodeKind.Chunk, plain);
        _poison = _graph.Seal(NodeKind.Chunk, plain).Frame;
        _poison[^1] ^= 1;
        var listing = _graph.Add(NodeKind.ListingPage, [4], _chunk, _graph.Add(NodeKind.Chunk, [5]));
        _point = _graph.Seal(
            NodeKind.Point, [6], _graph.Add(NodeKind.TreePage, [7], listing),
            _graph.Add(NodeKind.TreePage, [8], _graph.Add(NodeKind.ChangePage, [9]))).Frame;
    }

    public void Dispose()
    {
        _graph.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public async Task Collect_MergingPacksWithTwoCopiesOfAnId_KeepsTheOneThatOpens()
    {
        await using var vault = await BackUpAsync(_ => true);
        vault.Collect(Rules, () => true).Single().Stopped.ShouldBeNull();
        await using var reader = await vault.OpenReaderAsync(_fixture.Keys.Keyspace, default);
        (await OpenCopiesAsync(reader)).ShouldBe([false, true]);
    }

    /// <summary>What a machine found damaged stays so for it, wherever the copy is moved.</summary>
    [Fact]
    public async Task Collect_MovingACopyThatWasReported_StillCountsItAsAbsent()
    {
        await using var vault = await BackUpAsync(id => id != _chunk);
        await using (var reader = await vault.OpenReaderAsync(_fixture.Keys.Keyspace, default))
            await reader.ReportDamageAsync(_chunk, 0, "it does not open", default);
        vault.Collect(Rules, () => true).Single().RemovedPacks.ShouldBeGreaterThanOrEqualTo(2);
        var machine = (await vault.ListServersAsync(default)).Single().Id;
        await using var session = await vault.OpenSessionAsync(_fixture.Session(machine), default);
        var present = new bool[1];
        await session.HaveAsync(new[] { _chunk }, present, default);
        present.ShouldBe([false]);
        session.Opening.LostCount.ShouldBe(1);
    }

    // The copy that does not open is the older one.
    private async Task<EmbeddedVault> BackUpAsync(Func<ObjectId, bool> where)
    {
        var machine = await _fixture.RegisterAsync();
        var vault = await _fixture.OpenAsync();
        await using (var session = await vault.OpenSessionAsync(_fixture.Session(machine), default))
        {
            using (var pack = session.BeginPack(PackClass.Data))
            {
                pack.Append(_poison);
                await pack.CompleteAsync(default);
            }

            _fixture.Time.Move(TimeSpan.FromMinutes(1));
            await _graph.PutAsync(session, where);
            (await session.CommitAsync(_point, VaultFixture.Facts(1), default)).Missing.ShouldBeEmpty();
        }

        _fixture.Time.Move(TimeSpan.FromDays(8));
        return vault;
    }

    private async Task<List<bool>> OpenCopiesAsync(Contracts.Points.IFrameReader reader)
    {
        using var opener = new FrameOpener(_fixture.Keys);
        using FrameBuffer frame = new(), plain = new();
        var copies = new List<bool>();
        while (await reader.ReadAsync(_chunk, copies.Count, frame, default))
        {
            try
            {
                opener.Open(frame.Span, _chunk, NodeKind.Chunk, plain);
                copies.Add(true);
            }
            catch (CorruptionException)
            {
                copies.Add(false);
            }
        }

        return copies;
    }
}
