using Coffer.Agent.Caching;
using Coffer.Agent.Nodes;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Listing;
using Coffer.Format.Points;

namespace Coffer.Agent.Backups.Bases;

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

    /// <summary>
    /// What the cache is stamped with: a checkpoint leaves no cache, so this is the point if there is one.
    /// </summary>
    public BasePoint? Newest => Point ?? Checkpoint;

    /// <summary>What was wrong with bases that are done without.</summary>
    public IReadOnlyList<string> Damages { get; private init; } = [];

    /// <summary>
    /// A base that cannot be opened, or that is another source's under this one's label, is done without: its files are
    /// read again, which costs time and loses nothing.
    /// </summary>
    public static async Task<BasePoints> ReadAsync(
        NodeReader nodes, SessionOpening opening, BackupRequest request, CancellationToken cancellationToken)
    {
        var damages = new List<string>();
        var reading = new Reading(nodes, request, damages);
        var checkpoint = await reading.TryAsync(opening.Checkpoint, NodeKind.Checkpoint, cancellationToken);
        return new BasePoints(nodes)
        {
            Point = await reading.TryAsync(opening.NewestPoint, NodeKind.Point, cancellationToken),
            Checkpoint = checkpoint,
            Resumed = checkpoint is null ? null : await reading.TryResumeAsync(checkpoint, cancellationToken),
            Damages = damages,
        };
    }

    public IPageSource ListingOf(BasePoint point) => new VaultListing(_nodes, point.References[0], point.References[1]);

    private sealed class Reading(NodeReader nodes, BackupRequest request, List<string> damages)
    {
        public async Task<BasePoint?> TryAsync(ObjectId? id, NodeKind kind, CancellationToken cancellationToken)
        {
            if (id is not { } known) return null;
            try
            {
                var (body, references) = await nodes.ReadPointAsync(known, kind, cancellationToken);
                if (references.Length >= 2 && body.Source == request.Source.Id && body.Machine == request.Machine)
                    return new BasePoint(known, body, references);
                damages.Add($"{kind} {known} is not one of this source");
            }
            catch (Exception e) when (e is CorruptionException or FaultException)
            {
                damages.Add($"{kind} {known} cannot be read: {e.Message}");
            }

            return null;
        }

        public async Task<ResumedFile?> TryResumeAsync(BasePoint checkpoint, CancellationToken cancellationToken)
        {
            if (checkpoint.Body.Checkpoint?.InHand is not { } file || checkpoint.References.Length < 3) return null;
            try
            {
                var extents = new List<Extent>();
                await ReadExtentsAsync(checkpoint.References[2], -1, extents, cancellationToken);
                ulong covered = 0;
                foreach (var extent in extents) covered += extent.Gap + extent.Length;
                // When it was read is not told, only that it was after the start of that run.
                var settled = Settling.Before(checkpoint.Body.AgentTime, ResumedFile.RestSeconds);
                return covered == file.CoveredBytes ? new ResumedFile(file, extents, settled) : null;
            }
            catch (CorruptionException e)
            {
                damages.Add($"the file in hand cannot be gone on with: {e.Message}");
                return null;
            }
        }

        private async Task ReadExtentsAsync(
            ObjectId id, int level, List<Extent> extents, CancellationToken cancellationToken)
        {
            var node = await nodes.ReadPageAsync(id, NodeKind.ExtentPage, cancellationToken);
            var page = ExtentPage.Decode(node.Body, node.References, $"extent page {id}");
            if (level >= 0 && page.Level != level)
                throw new CorruptionException($"extent page {id}", $"level {level}", $"{page.Level}");
            extents.AddRange(page.Extents);
            foreach (var child in page.Children)
                await ReadExtentsAsync(child.Page, page.Level - 1, extents, cancellationToken);
        }
    }
}
