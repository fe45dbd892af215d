namespace Coffer.FileSystem.Walking;

/// <summary>What the walk has to say about the current path.</summary>
public enum WalkKind : byte
{
    /// <summary>A chosen path or something below one.</summary>
    Entry = 1,

    /// <summary>A directory above a chosen path, the volume's root included; nothing else in it is reported.</summary>
    WayOnly = 2,

    /// <summary>Another mount or subvolume begins here: to be kept as an empty directory; it is not descended.
    /// Met on the way to a chosen path, that path is not reached: choose it on the volume that begins here.</summary>
    Boundary = 3,

    /// <summary>A chosen path, or a directory on the way to one, that does not exist.</summary>
    Missing = 4,

    /// <summary>
    /// Could not be looked at, or (right after the directory's own entry, same path) its contents could not be
    /// read or not to their end. The walk goes on with the next name.
    /// </summary>
    Error = 5,
}

/// <summary>What begins at a <see cref="WalkKind.Boundary"/>.</summary>
public enum BoundaryKind : byte
{
    None = 0,

    /// <summary>Another file system, or another mount of this one.</summary>
    Mount = 1,

    /// <summary>A btrfs subvolume in place.</summary>
    Subvolume = 2,

    /// <summary>
    /// The empty stand-in that a btrfs snapshot shows for a subvolume: its contents are not in the snapshot.
    /// </summary>
    SubvolumeLeftOut = 3,
}
