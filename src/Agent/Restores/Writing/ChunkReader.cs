using Coffer.Agent.Browsing;
using Coffer.Agent.Browsing.Pages;
using Coffer.Agent.Nodes;
using Coffer.Domain;
using Coffer.Format.Frames;

namespace Coffer.Agent.Restores.Writing;

/// <summary>Opens the chunks of one keyspace and keeps the last few plain. One for each worker.</summary>
internal sealed class ChunkReader(PageReader pages) : IDisposable
{
    private readonly RecentlyUsed<ObjectId, FrameBuffer> _kept = new(RestoreLimits.KeptChunks);
    private readonly List<FrameBuffer> _all = [];
    private FrameBuffer? _spare;

    public NodeReader Nodes { get; } = pages.NewNodeReader();

    /// <summary>
    /// The chunk's plain bytes; valid until <see cref="RestoreLimits.KeptChunks"/> others were asked for.
    /// </summary>
    /// <exception cref="CorruptionException">No copy of it opens to its id.</exception>
    public async ValueTask<FrameBuffer> ReadAsync(ObjectId chunk, CancellationToken cancellationToken)
    {
        if (_kept.Find(chunk) is { } known) return known;
        var plain = _spare ?? NewBuffer();
        _spare = plain;
        await Nodes.ReadAsync(chunk, NodeKind.Chunk, plain, cancellationToken);
        _spare = _kept.Add(chunk, plain);
        return plain;
    }

    /// <summary>The bytes of a segment.</summary>
    /// <exception cref="CorruptionException">The chunk is damaged, or the segment lies outside it.</exception>
    public static ReadOnlySpan<byte> Slice(FrameBuffer chunk, in Segment segment) =>
        segment.ChunkOffset <= (uint)chunk.Length && segment.Length <= chunk.Length - (int)segment.ChunkOffset
            ? chunk.Span.Slice((int)segment.ChunkOffset, segment.Length)
            : throw new CorruptionException($"chunk {segment.Chunk}",
                $"{segment.Length} bytes at {segment.ChunkOffset}", $"{chunk.Length} in all");

    /// <summary>The chunk holds the very bytes of a file that lies whole in it.</summary>
    /// <exception cref="CorruptionException">It is too short, or what lies there is another file.</exception>
    public void Require(FrameBuffer chunk, StoredContent content)
    {
        var bytes = Slice(chunk, content.Whole);
        if (content.Hash is { } hash && Nodes.ContentHashOf(bytes) != hash)
            throw new CorruptionException($"chunk {content.Chunk}", "the file's own bytes", "others at its place");
    }

    public void Dispose()
    {
        Nodes.Dispose();
        foreach (var buffer in _all) buffer.Dispose();
    }

    private FrameBuffer NewBuffer()
    {
        var buffer = new FrameBuffer();
        _all.Add(buffer);
        return buffer;
    }
}
