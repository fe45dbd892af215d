using Coffer.Agent.Listings;
using Coffer.FileSystem;
using Coffer.Format.Listing;

namespace Coffer.Agent.Backups.Links;

/// <summary>What was read under the first name of a file with several.</summary>
internal sealed class CapturedLink
{
    /// <summary>The file as it was then: a later name that shows another state is read again.</summary>
    public required FileMetadata Seen { get; init; }

    public required EntryFields Fields { get; init; }

    public FileContent? Content { get; init; }

    public BundleTicket? Bundle { get; init; }

    public uint BundleOffset { get; init; }

    /// <summary>Of one that was settled before it was spilled.</summary>
    public Extent[] Extents { get; init; } = [];

    public Format.Listing.XattrSet? Xattrs { get; init; }

    /// <summary>The same with all chunks named by their ids; null while one of them has none.</summary>
    public CapturedLink? Settled()
    {
        var fields = Fields;
        if (Bundle is { } bundle)
        {
            if (bundle.Job is not { IsIdentified: true } job) return null;
            (fields.Shape, fields.Content, fields.ContentOffset) = (ContentShape.Whole, job.Id, BundleOffset);
        }

        if (Content is null) return new CapturedLink { Seen = Seen, Fields = fields, Extents = Extents, Xattrs = Xattrs };
        if (!Content.IsSettled) return null;
        (fields.Shape, fields.Content, fields.ContentOffset) = (Content.Shape, Content.Target, Content.Offset);
        fields.ExtentPageLevel = Content.ExtentPageLevel;
        Extent[] extents = Content.Shape == ContentShape.Extents ? [.. Content.Extents] : [];
        return new CapturedLink { Seen = Seen, Fields = fields, Extents = extents, Xattrs = Xattrs };
    }
}
