using Coffer.Domain;
using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Walking;

/// <summary>What can be asked about the current entry beyond its metadata.</summary>
public sealed unsafe partial class TreeWalker
{
    // With the contents read, the entry's own directory is the frame on top and its parent the one below.
    private int ParentDescriptor
    {
        get
        {
            int parent = _step == Step.Opened ? _depth - 2 : _depth - 1;
            return parent < 0 ? _root.Descriptor : _frames[parent].Descriptor;
        }
    }

    /// <summary>
    /// Opens the current entry, a regular file. Fails when it was replaced meanwhile; FIFOs and devices are refused.
    /// </summary>
    public OsError OpenFile(out SourceFile? file)
    {
        Invariant.Holds(_metadata.Type == EntryType.File);
        return SourceFile.Open(ParentDescriptor, _path.Pointer + _nameStart, in _metadata, out file);
    }

    /// <summary>Target of the current symbolic link, raw bytes; a new array.</summary>
    public OsError ReadLink(out byte[] target)
    {
        Invariant.Holds(_metadata.Type == EntryType.SymbolicLink);
        return Links.Read(ParentDescriptor, _path.Pointer + _nameStart, out target);
    }

    /// <summary>
    /// Attributes of the current entry, sorted by name, cleared first. Empty where the file system has none.
    /// A regular file that is open anyway is asked cheaper through <see cref="SourceFile.ReadXattrs"/>.
    /// </summary>
    public OsError ReadXattrs(XattrSet xattrs)
    {
        if (_metadata.Type == EntryType.Directory && TryOpenContents(out int own))
        {
            OsError error = Xattrs.ReadOpen(own, xattrs);
            // A directory on the way that could only be passed, not opened for reading, is asked by name.
            if (error.Code != Errno.EBADF) return error;
        }

        // The volume's root has no parent here; "." stands for it.
        return Xattrs.ReadNamed(ParentDescriptor, _pathLength == 0 ? "."u8 : Name, xattrs);
    }

    /// <summary>
    /// Inode flags and project id of the current directory; zero where unsupported or not to be opened.
    /// </summary>
    public void ReadInodeFlags(out InodeFlags flags, out uint projectId)
    {
        Invariant.Holds(_metadata.Type == EntryType.Directory);
        flags = InodeFlags.None;
        projectId = 0;
        if (TryOpenContents(out int own)) InodeAttributes.Read(own, out flags, out projectId);
    }

    /// <summary>
    /// Whether the current directory holds a CACHEDIR.TAG with the signature of bford.info/cachedir. Reads the
    /// names, which the walk needs next anyway, so that it costs nothing where there is no such file.
    /// </summary>
    public bool HasCacheTag()
    {
        if (_metadata.Type != EntryType.Directory || Kind != WalkKind.Entry || !TryOpenContents(out int own))
            return false;
        ref WalkFrame frame = ref _frames[_depth - 1];
        // A directory too large for memory is no cache that anybody marked; asking the system keeps this exact.
        if (frame.Spilled is null && _names.Find(frame.FirstName, frame.EndName, CacheTag.Name) < 0) return false;
        return CacheTag.IsIn(own);
    }

    private bool TryOpenContents(out int descriptor)
    {
        if (_step == Step.Directory) _ = EnterCurrent();
        bool isOpen = _step == Step.Opened;
        descriptor = isOpen ? _frames[_depth - 1].Descriptor : -1;
        return isOpen;
    }
}
