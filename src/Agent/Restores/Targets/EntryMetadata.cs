using Coffer.Agent.Browsing;
using Coffer.FileSystem;
using Coffer.FileSystem.Restoring;
using Coffer.Format.Listing;
using StoredXattrs = Coffer.Format.Listing.XattrSet;
using WantedXattrs = Coffer.FileSystem.XattrSet;

namespace Coffer.Agent.Restores.Targets;

/// <summary>Turns what a listing says of an entry into what the target is to give it.</summary>
internal sealed class EntryMetadata(PageReader pages)
{
    private readonly Dictionary<StoredXattrs, WantedXattrs> _xattrs = [];

    /// <exception cref="Domain.CorruptionException">A large attribute set cannot be opened.</exception>
    public async ValueTask<WantedMetadata> OfAsync(ListingPageReader entry, CancellationToken cancellationToken)
    {
        var stored = entry.Xattrs;
        return Of(entry, stored is null ? null : await XattrsAsync(stored, cancellationToken));
    }

    /// <summary>The same without attributes.</summary>
    public static WantedMetadata Of(ListingPageReader entry, WantedXattrs? xattrs)
    {
        ref readonly var fields = ref entry.Fields;
        return new WantedMetadata
        {
            Basic = new FileMetadata
            {
                Type = ListedEntry.TypeOf(fields.Mode),
                Mode = fields.Mode & 0xfff,
                Uid = entry.Owner.UserId,
                Gid = entry.Owner.GroupId,
                Size = (long)fields.Size,
                Modified = new FileTime(fields.MtimeSeconds, fields.MtimeNanoseconds),
                NodeDevice = (ulong)fields.DeviceMajor << 32 | fields.DeviceMinor,
            },
            Xattrs = xattrs,
            InodeFlags = (InodeFlags)fields.InodeFlags & InodeFlagsSet.Restorable,
            ProjectId = fields.ProjectId,
        };
    }

    // Sets are shared by many entries and read by the writers later, so they are never reused or disposed here: the
    // few that there are go with the run.
    private async ValueTask<WantedXattrs> XattrsAsync(StoredXattrs stored, CancellationToken cancellationToken)
    {
        if (_xattrs.TryGetValue(stored, out var known)) return known;
        byte[] encoded = stored.IsInline
            ? stored.Encoded.ToArray()
            : (await pages.ReadChunkAsync(stored.Chunk, cancellationToken));
        if (encoded.Length != stored.Length)
            throw new Domain.CorruptionException("attribute set", $"{stored.Length} bytes", $"{encoded.Length}");
        var wanted = new WantedXattrs();
        foreach (var xattr in StoredXattrs.Decode(encoded, "attribute set"))
            wanted.Add(xattr.Name.Span, xattr.Value.Span);
        if (_xattrs.Count == RestoreLimits.KeptXattrSets) _xattrs.Clear();
        _xattrs.Add(stored, wanted);
        return wanted;
    }
}
