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

    /// <summary>Of the moment in which it was read; a later name cannot tell any more.</summary>
    public bool IsUnsettled { get; init; }

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

        var extents = Extents;
        if (Content is { } content)
        {
            if (!content.IsSettled) return null;
            (fields.Shape, fields.Content, fields.ContentOffset) = (content.Shape, content.Target, content.Offset);
            fields.ExtentPageLevel = content.ExtentPageLevel;
            extents = content.Shape == ContentShape.Extents ? [.. content.Extents] : [];
        }

        return new CapturedLink
        {
            Seen = Seen,
            Fields = fields,
            IsUnsettled = IsUnsettled,
            Extents = extents,
            Xattrs = Xattrs,
        };
    }
}
