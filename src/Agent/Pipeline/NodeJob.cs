using Coffer.Domain;
using Coffer.Format.Frames;

namespace Coffer.Agent.Pipeline;

/// <summary>
/// One node on its way to the vault. Chunks come as a part of a slab and get their id from a worker; pages come with
/// their id and their bytes.
/// </summary>
internal sealed class NodeJob
{
    private volatile bool _isIdentified;

    private NodeJob(NodeKind kind) => Kind = kind;

    public NodeKind Kind { get; }

    public ObjectId[] References { get; private init; } = [];

    /// <summary>Valid once <see cref="IsIdentified"/>.</summary>
    public ObjectId Id { get; private set; }

    public bool IsIdentified => _isIdentified;

    public int Length { get; private init; }

    private Slab? Slab { get; init; }

    private int Start { get; init; }

    private byte[] Bytes { get; init; } = [];

    public ReadOnlySpan<byte> Body => Slab is null ? Bytes : Slab.Span.Slice(Start, Length);

    /// <summary>A chunk; holds its slab until it is done.</summary>
    public static NodeJob Chunk(Slab slab, int start, int length)
    {
        slab.Hold();
        return new NodeJob(NodeKind.Chunk) { Slab = slab, Start = start, Length = length };
    }

    /// <summary>A chunk outside any slab: a large attribute set.</summary>
    public static NodeJob Chunk(byte[] bytes) => new(NodeKind.Chunk) { Bytes = bytes, Length = bytes.Length };

    public static NodeJob Page(PageNode page)
    {
        var job = new NodeJob(page.Kind)
        {
            Bytes = page.Body,
            Length = page.Body.Length,
            References = page.References,
        };
        job.Identify(page.Id);
        return job;
    }

    public void Identify(ObjectId id)
    {
        Id = id;
        _isIdentified = true;
    }

    /// <summary>Gives the bytes back; the id stays.</summary>
    public void Finish() => Slab?.Release();
}

/// <summary>A page with its id, plain.</summary>
internal sealed record PageNode(NodeKind Kind, ObjectId Id, ObjectId[] References, byte[] Body);
