using Coffer.Agent.Caching;
using Coffer.Agent.Nodes;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Listing;
using Coffer.Format.Points;

namespace Coffer.Agent.Backups;

/// <summary>A point or checkpoint that a run builds upon.</summary>
internal sealed record BasePoint(ObjectId Id, PointBody Body, ObjectId[] References);

/// <summary>The source's newest point and the checkpoint after it, both held by the session.</summary>
internal sealed class BasePoints
{
    private readonly NodeReader _nodes;

    private BasePoints(NodeReader nodes) => _nodes = nodes;

    public BasePoint? Point { get; private init; }

    public BasePoint? Checkpoint { get; private init; }

    /// <summary>The large file that the checkpoint had in hand.</summary>
    public ResumedFile? Resumed { get; private init; }

    /// <summary>What the cache is stamped with: a checkpoint leaves no cache, so this is the point if there is one.</summary>
    public BasePoint? Newest => Point ?? Checkpoint;

    public static async Task<BasePoints> ReadAsync(
        NodeReader nodes, SessionOpening opening, CancellationToken cancellationToken)
    {
        var checkpoint = await ReadAsync(nodes, opening.Checkpoint, NodeKind.Checkpoint, cancellationToken);
        return new BasePoints(nodes)
        {
            Point = await ReadAsync(nodes, opening.NewestPoint, NodeKind.Point, cancellationToken),
            Checkpoint = checkpoint,
            Resumed = checkpoint?.Body.Checkpoint?.InHand is { } file
                ? new ResumedFile(file, await ReadExtentsAsync(nodes, checkpoint, cancellationToken))
                : null,
        };
    }

    public IPageSource ListingOf(BasePoint point) => new VaultListing(_nodes, point.References[0], point.References[1]);

    private static async Task<BasePoint?> ReadAsync(
        NodeReader nodes, ObjectId? id, NodeKind kind, CancellationToken cancellationToken)
    {
        if (id is not { } known) return null;
        var (body, references) = await nodes.ReadPointAsync(known, kind, cancellationToken);
        return references.Length >= 2
            ? new BasePoint(known, body, references)
            : throw new CorruptionException($"{kind} {known}", "two trees", $"{references.Length}");
    }

    private static async Task<IReadOnlyList<Extent>> ReadExtentsAsync(
        NodeReader nodes, BasePoint checkpoint, CancellationToken cancellationToken)
    {
        var extents = new List<Extent>();
        foreach (var id in checkpoint.References.Skip(2))
        {
            var node = await nodes.ReadPageAsync(id, NodeKind.ExtentPage, cancellationToken);
            extents.AddRange(ExtentPage.Decode(node.Body, node.References, $"extent page {id}").Extents);
        }

        return extents;
    }
}
