using Coffer.Agent.Browsing;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Listing;

namespace Coffer.Agent.Verifying;

/// <summary>
/// Opens every page below points, each distinct one once, and gathers the chunks that they refer to: 32 bytes an id
/// and the set's own, about 50 MB for a million chunks (a terabyte of large files).
/// </summary>
/// <param name="files">Gathers the files that lie in chunks; null where chunks are not opened.</param>
/// <param name="whenFull">Looks at the gathered files before more are gathered.</param>
internal sealed class PageGraph(
    PageReader pages, VerifyTally tally, FilesInChunks? files, Func<ValueTask> whenFull,
    IProgress<VerifyProgress>? progress)
{
    private readonly HashSet<ObjectId> _seen = [];
    private readonly ListingPageReader _listing = new();
    private readonly ChangePageReader _changes = new();

    /// <summary>In order of first use, which is about that of the packs.</summary>
    public HashSet<ObjectId> Chunks { get; } = [];

    public async Task WalkAsync(PointBrowser point, CancellationToken cancellationToken)
    {
        await WalkTreeAsync(point.ListingTop, NodeKind.ListingPage, -1, cancellationToken);
        await WalkTreeAsync(point.ChangesTop, NodeKind.ChangePage, -1, cancellationToken);
    }

    private async Task WalkTreeAsync(ObjectId id, NodeKind leaf, int level, CancellationToken cancellationToken)
    {
        if (!_seen.Add(id)) return;
        if (await OpenAsync(id, () => pages.ReadTreeAsync(id, cancellationToken)) is not { } node) return;
        if (level >= 0 && node.Level != level)
        {
            tally.Bad(id, $"a tree page of level {node.Level} where one of level {level} belongs");
            return;
        }

        foreach (var child in node.Children)
        {
            if (node.Level > 1) await WalkTreeAsync(child.Page, leaf, node.Level - 1, cancellationToken);
            else if (_seen.Add(child.Page)) await OpenLeafAsync(child, leaf, cancellationToken);
        }
    }

    private async Task OpenLeafAsync(TreeChild child, NodeKind kind, CancellationToken cancellationToken)
    {
        var id = child.Page;
        if (await OpenAsync(id, () => pages.ReadLeafAsync(id, kind, cancellationToken)) is not { } node) return;
        try
        {
            if (kind == NodeKind.ChangePage)
            {
                _changes.Open(node.Body, $"change page {id}");
                ulong count = (ulong)_changes.EntriesLeft;
                while (_changes.MoveNext()) { }
                if (count != child.Entries)
                    throw new CorruptionException($"change page {id}", $"{child.Entries} entries", $"{count}");
                return;
            }

            var folder = child.FirstPath.Span[..child.FolderLength].ToArray();
            _listing.Open(node.Body, node.References, folder, $"listing page {id}");
            HashSet<ObjectId> extentPages = [];
            while (_listing.MoveNext())
            {
                if (_listing.Fields.Shape == ContentShape.Paged) extentPages.Add(_listing.Fields.Content);
                files?.Add(_listing.Fields);
            }

            foreach (var reference in node.References)
                if (!extentPages.Contains(reference)) Chunks.Add(reference);
            foreach (var page in extentPages) await WalkExtentsAsync(page, -1, cancellationToken);
            if (files is { IsFull: true }) await whenFull();
        }
        catch (CorruptionException e)
        {
            tally.Bad(id, e.Message);
        }
    }

    // Each page one level below its parent: so a chain of pages ends, whoever made it.
    private async Task WalkExtentsAsync(ObjectId id, int level, CancellationToken cancellationToken)
    {
        if (!_seen.Add(id)) return;
        if (await OpenAsync(id, () => pages.ReadExtentPageAsync(id, cancellationToken)) is not { } page) return;
        if (level >= 0 && page.Level != level)
        {
            tally.Bad(id, $"an extent page of level {page.Level} where one of level {level} belongs");
            return;
        }

        foreach (var extent in page.Extents) Chunks.Add(extent.Chunk);
        foreach (var child in page.Children) await WalkExtentsAsync(child.Page, page.Level - 1, cancellationToken);
    }

    private async ValueTask<T?> OpenAsync<T>(ObjectId id, Func<ValueTask<T>> open)
        where T : class
    {
        tally.Tell(progress);
        try
        {
            var node = await open();
            tally.PageOpened(node is Nodes.Node leaf ? leaf.Body.Length : 0);
            return node;
        }
        catch (CorruptionException e)
        {
            tally.Bad(id, e.Message);
            return null;
        }
    }
}
