using Coffer.FileSystem;
using Coffer.FileSystem.Restoring;
using Coffer.FileSystem.Walking;

namespace Coffer.Agent.Restores.Local;

/// <summary>What a snapshot tells of the entry at which a walk of it stands: what a backup takes of it.</summary>
internal static class SnapshotEntry
{
    /// <param name="unread">Set where attributes could not be read: those that could are there.</param>
    public static WantedMetadata Of(TreeWalker walker, SourceFile? file, out OsError unread)
    {
        var xattrs = new XattrSet();
        unread = file is null ? walker.ReadXattrs(xattrs) : file.ReadXattrs(xattrs);
        var flags = InodeFlags.None;
        uint projectId = 0;
        if (file is not null) file.ReadInodeFlags(out flags, out projectId);
        else if (walker.Metadata.Type == EntryType.Directory) walker.ReadInodeFlags(out flags, out projectId);
        bool hasXattrs = xattrs.Count > 0;
        if (!hasXattrs) xattrs.Dispose();
        return Basic(walker.Metadata) with
        {
            // Folders need theirs when all in them is done: it goes with them.
            Xattrs = hasXattrs ? xattrs : null,
            InodeFlags = flags & InodeFlagsSet.Restorable,
            ProjectId = projectId,
        };
    }

    /// <summary>Without what has to be asked for.</summary>
    public static WantedMetadata Basic(in FileMetadata found) => new()
    {
        // A directory's own size means nothing elsewhere.
        Basic = found with { Size = found.Type == EntryType.File ? found.Size : 0 },
    };
}
