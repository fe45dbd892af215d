using Coffer.Agent.Listings;
using Coffer.FileSystem;
using Coffer.Format.Listing;

namespace Coffer.Agent.Backups;

/// <summary>
/// Files seen under one of several names whose other names are still to come. The second name takes the first one's
/// content without reading. A row goes once all names were met, so memory follows open groups, not files.
/// </summary>
internal sealed class HardLinks
{
    private readonly Dictionary<ulong, Row> _rows = [];

    public Row? Find(in FileMetadata file) => _rows.GetValueOrDefault(file.Inode);

    /// <summary>Counts one name of the file; the first makes the row.</summary>
    public Row Count(in FileMetadata file, ulong group)
    {
        if (!_rows.TryGetValue(file.Inode, out var row))
        {
            row = new Row(group, file.LinkCount);
            _rows.Add(file.Inode, row);
        }

        if (--row.NamesLeft == 0) _ = _rows.Remove(file.Inode);
        return row;
    }

    internal sealed class Row(ulong group, uint names)
    {
        public ulong Group { get; } = group;

        public uint NamesLeft { get; set; } = names;

        /// <summary>Read under its first name in this run; false while it stands as the base has it.</summary>
        public bool IsCaptured { get; set; }

        public FileContent? Content { get; set; }

        public BundleTicket? Bundle { get; set; }

        public uint BundleOffset { get; set; }

        /// <summary>The entry's fields as captured under the first name.</summary>
        public EntryFields Fields { get; set; }

        public Format.Listing.XattrSet? Xattrs { get; set; }

        public FileMetadata Captured { get; set; }
    }
}
