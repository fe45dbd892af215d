using Coffer.Domain;
using Coffer.Format.Listing;

namespace Coffer.Agent.Browsing;

/// <summary>A folder or file of one point, with all below it that no other volume hides.</summary>
/// <param name="Start">Relative to the volume.</param>
/// <param name="Hidden">Relative paths at which other volumes of the same set were mounted.</param>
internal sealed record TreePart(PointBrowser Point, byte[] Start, IReadOnlyList<byte[]> Hidden)
{
    public byte[] StartKey => AbsolutePath.Join(Point.MountKey, Start);
}

/// <summary>Goes through the entries of a part in order.</summary>
internal sealed class PartCursor(TreePart part, Action<ListingDamage>? onDamage = null)
{
    private readonly ListingCursor _cursor = part.Point.OpenListing(onDamage);
    private bool _isStarted;

    public ListingPageReader Entry => _cursor.Entry;

    public ValueTask SkipSubtreeAsync(CancellationToken cancellationToken) =>
        _cursor.SkipSubtreeAsync(cancellationToken);

    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        if (!_isStarted) await _cursor.SeekAsync(part.Start, cancellationToken);
        _isStarted = true;
        while (await _cursor.MoveNextAsync(cancellationToken))
        {
            if (!PathOrder.IsWithin(_cursor.Entry.Path, part.Start)) return false;
            if (!IsHidden(_cursor.Entry.Path)) return true;
            await _cursor.SkipSubtreeAsync(cancellationToken);
        }

        return false;
    }

    private bool IsHidden(ReadOnlySpan<byte> path)
    {
        foreach (byte[] hidden in part.Hidden)
            if (PathOrder.IsWithin(path, hidden)) return true;
        return false;
    }
}
