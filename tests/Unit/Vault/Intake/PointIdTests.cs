using Coffer.Domain;
using Coffer.Format.Frames;

namespace Coffer.Unit.Vault.Intake;

/// <summary>The id of a point is what an agent says it is; what is there already must not pay for it.</summary>
public sealed class PointIdTests : IDisposable
{
    private readonly VaultFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Checkpoint_UnderTheIdOfAPoint_IsRefusedAndThePointStands()
    {
        var machine = await _fixture.RegisterAsync();
        using var graph = new SealedGraph(_fixture.Keys);
        await using var vault = await _fixture.OpenAsync();
        var (point, frame) = graph.AddPoint(1);
        await using (var session = await vault.OpenSessionAsync(_fixture.Session(machine), default))
        {
            await graph.PutAsync(session);
            (await session.CommitAsync(frame, VaultFixture.Facts(1), default)).Point.ShouldNotBeNull();
        }

        await using (var session = await vault.OpenSessionAsync(_fixture.Session(machine), default))
        {
            var (_, checkpoint) = graph.AddPoint(2, kind: NodeKind.Checkpoint);
            await graph.PutAsync(session);
            byte[] lie = checkpoint.ToArray();
            point.CopyTo(lie.AsSpan(FrameIdOffset(lie, checkpoint)));
            (await Should.ThrowAsync<FaultException>(
                () => session.StoreCheckpointAsync(lie, VaultFixture.Facts(2), default)))
                .Fault.Code.ShouldBe("vault.point-refused");
            (await session.StoreCheckpointAsync(checkpoint, VaultFixture.Facts(2), default)).ShouldBeTrue();
        }

        await using var reader = await vault.OpenReaderAsync(_fixture.Keys.Keyspace, default);
        (await reader.ReadPointAsync(point, default)).ShouldBe(frame);
    }

    // Where the id stands in a frame's header.
    private static int FrameIdOffset(byte[] frame, byte[] original)
    {
        Span<byte> id = stackalloc byte[ObjectId.Size];
        FrameHeader.ParseWhole(original, "a checkpoint").Id.CopyTo(id);
        return frame.AsSpan().IndexOf(id);
    }
}
