using Coffer.Agent.Browsing;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Listing;

namespace Coffer.Agent.Verifying;

/// <summary>Names the files and folders of a point that bad ids hurt; reads only pages that opened before.</summary>
internal sealed class DamageReport(PageReader pages, VerifyTally tally)
{
    private readonly ListingPageReader _reader = new();

    // Extent pages that lead to a bad id: asked for once, though many points share them.
    private readonly Dictionary<ObjectId, ObjectId?> _hurtExtents = [];

    public async Task NameAsync(PointBrowser point, CancellationToken cancellationToken)
    {
        await ListingAsync(point, point.ListingTop, default, cancellationToken);
        await ChangesAsync(point, point.ChangesTop, cancellationToken);
    }

    private async Task ListingAsync(
        PointBrowser point, ObjectId id, ReadOnlyMemory<byte> firstPath, CancellationToken cancellationToken)
    {
        if (tally.IsBad(id, out string reason))
        {
            Find(point, firstPath.Span, id, "listing.damaged", reason);
            return;
        }

        var node = await pages.ReadTreeAsync(id, cancellationToken);
        foreach (var child in node.Children)
        {
            if (node.Level > 1) await ListingAsync(point, child.Page, child.FirstPath, cancellationToken);
            else if (tally.IsBad(child.Page, out reason))
                Find(point, child.FirstPath.Span, child.Page, "listing.damaged", reason);
            else await LeafAsync(point, child, cancellationToken);
        }
    }

    private async Task LeafAsync(PointBrowser point, TreeChild child, CancellationToken cancellationToken)
    {
        var page = await pages.ReadLeafAsync(child.Page, NodeKind.ListingPage, cancellationToken);
        var folder = child.FirstPath[..child.FolderLength];
        _reader.Open(page.Body, page.References, folder.Span, $"listing page {child.Page}");
        while (_reader.MoveNext())
        {
            if (await BadOfAsync(_reader, cancellationToken) is { } bad)
            {
                _ = tally.IsBad(bad, out string reason);
                Find(point, _reader.Path, bad, "file.damaged", reason);
            }
            else if (tally.Files.IsWrong(_reader.Fields, out string reason))
            {
                Find(point, _reader.Path, _reader.Fields.Content, "file.damaged", reason);
            }
        }
    }

    private async ValueTask<ObjectId?> BadOfAsync(ListingPageReader entry, CancellationToken cancellationToken)
    {
        if (entry.Xattrs is { IsInline: false } xattrs && tally.IsBad(xattrs.Chunk, out _)) return xattrs.Chunk;
        switch (entry.Fields.Shape)
        {
            case ContentShape.Whole:
                return tally.IsBad(entry.Fields.Content, out _) ? entry.Fields.Content : null;
            case ContentShape.Paged:
                return await BadBelowAsync(entry.Fields.Content, cancellationToken);
            default:
                foreach (ref readonly var extent in entry.Extents)
                    if (tally.IsBad(extent.Chunk, out _)) return extent.Chunk;
                return null;
        }
    }

    private async ValueTask<ObjectId?> BadBelowAsync(ObjectId id, CancellationToken cancellationToken)
    {
        if (tally.IsBad(id, out _)) return id;
        if (_hurtExtents.TryGetValue(id, out var known)) return known;
        var page = await pages.ReadExtentPageAsync(id, cancellationToken);
        ObjectId? bad = null;
        foreach (var extent in page.Extents)
            if (tally.IsBad(extent.Chunk, out _)) bad ??= extent.Chunk;
        for (int i = 0; i < page.Children.Count && bad is null; i++)
            bad = await BadBelowAsync(page.Children[i].Page, cancellationToken);
        return _hurtExtents[id] = bad;
    }

    private async Task ChangesAsync(PointBrowser point, ObjectId id, CancellationToken cancellationToken)
    {
        if (tally.IsBad(id, out string reason))
        {
            // It costs no restore: the next backup only reads these files again.
            Find(point, default, id, "changes.damaged", reason);
            return;
        }

        var node = await pages.ReadTreeAsync(id, cancellationToken);
        foreach (var child in node.Children)
        {
            if (node.Level > 1) await ChangesAsync(point, child.Page, cancellationToken);
            else if (tally.IsBad(child.Page, out reason)) Find(point, default, child.Page, "changes.damaged", reason);
        }
    }

    private void Find(PointBrowser point, ReadOnlySpan<byte> path, ObjectId id, string code, string reason) =>
        tally.Find(new VerifyFinding(
            point.Id, AbsolutePath.Render(AbsolutePath.Join(point.MountKey, path)), id, code, reason));
}
