using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Format.Listing;
using Coffer.Format.Points;

namespace Coffer.Agent.Browsing;

/// <summary>One point, opened: what it says of itself and its listing. Uses its page reader's thread.</summary>
public sealed class PointBrowser
{
    private PointBrowser(PageReader pages, ObjectId id, PointBody body, ObjectId listing, ObjectId changes)
    {
        Pages = pages;
        Id = id;
        Body = body;
        ListingTop = listing;
        ChangesTop = changes;
        MountKey = AbsolutePath.ToKey(body.Volume.MountPath is { Length: > 0 } path ? path : "/"u8);
    }

    public ObjectId Id { get; }

    public PointBody Body { get; }

    /// <summary>Where the volume was mounted, without slashes at the ends; empty for the root.</summary>
    public byte[] MountKey { get; }

    internal PageReader Pages { get; }

    internal ObjectId ListingTop { get; }

    internal ObjectId ChangesTop { get; }

    /// <exception cref="CorruptionException">The point does not open to its id, or is none.</exception>
    public static async Task<PointBrowser> OpenAsync(
        PageReader pages, ObjectId point, CancellationToken cancellationToken)
    {
        var (body, references) = await pages.ReadPointAsync(point, cancellationToken);
        if (references.Length < 2)
            throw new CorruptionException($"point {point}", "trees of listing and changes", $"{references.Length}");
        return new PointBrowser(pages, point, body, references[0], references[1]);
    }

    /// <summary>Opens what the vault lists, and holds the list against what the point says of itself, sealed.</summary>
    /// <exception cref="FaultException"><c>point.mismatch</c>: the vault passes off one point as another.</exception>
    /// <exception cref="CorruptionException">The point does not open to its id, or is none.</exception>
    public static async Task<PointBrowser> OpenAsync(
        PageReader pages, PointDescription listed, CancellationToken cancellationToken)
    {
        var point = await OpenAsync(pages, listed.Id, cancellationToken);
        var body = point.Body;
        if (body.Machine == listed.Machine && body.Source == listed.Source && body.Sequence == listed.Sequence)
            return point;
        throw FaultException.Refused(
            "point.mismatch",
            $"The vault lists the recovery point {listed.Id} as number {listed.Sequence} of {listed.SourceLabel}, "
            + $"but it is number {body.Sequence} of another time, server or data source.",
            $"Look at it first: coffer point show {listed.Id}. The vault may be lying, or was put together from "
            + "others.");
    }

    /// <summary>Entries in order from the root on.</summary>
    public ListingCursor OpenListing(Action<ListingDamage>? onDamage = null) => new(Pages, ListingTop, onDamage);

    /// <summary>One entry by its path relative to the volume; null where the point has none there.</summary>
    public async ValueTask<ListedEntry?> FindAsync(ReadOnlyMemory<byte> path, CancellationToken cancellationToken)
    {
        var cursor = OpenListing();
        await cursor.SeekAsync(path, cancellationToken);
        bool isThere = await cursor.MoveNextAsync(cancellationToken) && cursor.Entry.Path.SequenceEqual(path.Span);
        return isThere ? ListedEntry.Of(cursor.Entry, MountKey) : null;
    }

    /// <summary>True where the absolute path <paramref name="key"/> lies in this volume, by name.</summary>
    internal bool Holds(ReadOnlySpan<byte> key) => PathOrder.IsWithin(key, MountKey);
}
