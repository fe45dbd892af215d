using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Format.Frames;
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
}
