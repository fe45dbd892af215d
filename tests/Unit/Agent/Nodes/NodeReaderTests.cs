using Coffer.Agent.Nodes;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Format.Frames;

namespace Coffer.Unit.Agent.Nodes;

public sealed class NodeReaderTests : IDisposable
{
    private static readonly Exception[] s_harms =
    [
        new CorruptionException("copy 0", "its pack in the store", "nothing"),
        FaultException.Failed("store.failing", "a bad block"),
    ];

    private readonly MemoryFrames _frames = new();
    private readonly FrameBuffer _plain = new();

    public static TheoryData<int> Harms => [0, 1];

    public void Dispose() => _plain.Dispose();

    [Theory]
    [MemberData(nameof(Harms))]
    public async Task Read_FirstCopyCannotBeRead_ReportsItAndTriesTheNext(int harm)
    {
        var id = _frames.Put(NodeKind.Chunk, [], "what was backed up"u8);
        var copies = new Copies(_frames, s_harms[harm], sound: 1);
        using var reader = new NodeReader(copies, _frames.Keys);
        await reader.ReadAsync(id, NodeKind.Chunk, _plain, CancellationToken.None);
        _plain.Span.SequenceEqual("what was backed up"u8).ShouldBeTrue();
        copies.Reported.ShouldBe([0]);
    }

    [Fact]
    public async Task Read_NoCopyCanBeRead_SaysWhatWasFoundAndEnds()
    {
        var id = _frames.Put(NodeKind.Chunk, [], "what was backed up"u8);
        using var reader = new NodeReader(new Copies(_frames, s_harms[0], sound: -1), _frames.Keys);
        var damage = await Should.ThrowAsync<CorruptionException>(
            async () => await reader.ReadAsync(id, NodeKind.Chunk, _plain, CancellationToken.None));
        damage.Found.ShouldBe("nothing");
    }

    /// <param name="sound">The copy that is whole; all before it fail, and all there are where it is negative.</param>
    private sealed class Copies(MemoryFrames frames, Exception harm, int sound) : IFrameReader
    {
        public List<int> Reported { get; } = [];

        public ValueTask<bool> ReadAsync(
            ObjectId id, int copy, FrameBuffer frame, CancellationToken cancellationToken) =>
            copy == sound ? frames.ReadAsync(id, 0, frame, cancellationToken) : throw harm;

        public ValueTask<bool> LookAsync(ObjectId id, int copy, CancellationToken cancellationToken) =>
            copy == sound ? frames.LookAsync(id, 0, cancellationToken) : throw harm;

        public Task ReportDamageAsync(ObjectId id, int copy, string reason, CancellationToken cancellationToken)
        {
            Reported.Add(copy);
            return Task.CompletedTask;
        }

        public Task<byte[]> ReadPointAsync(ObjectId point, CancellationToken cancellationToken) =>
            frames.ReadPointAsync(point, cancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
