using System.Buffers.Binary;
using Coffer.Domain;

namespace Coffer.Format.Listing;

/// <summary>
/// Encodes one listing page and then the next (docs/format.md, "Listing page"). Entries come in <see
/// cref="PathOrder"/>.
/// The page speaks relative to the deepest folder that holds all its entries, so a moved tree encodes to the same
/// bytes; that folder is known only at the end, hence depths are kept beside the encoded entries until then.
/// </summary>
public sealed class ListingPageWriter
{
    // What a row of either table has beside its texts, rounded: the measure must only be the same for the same rows.
    private const int OwnerBytes = 8;
    private const int XattrSetBytes = 4;

    private readonly ByteWriter _entries = new();
    private readonly ByteWriter _extents = new();
    private readonly List<(int Depth, int Start)> _starts = [];
    private readonly List<ObjectId> _references = [];
    private readonly Dictionary<ObjectId, int> _referenceIndex = [];
    private readonly List<Ownership> _owners = [];
    private readonly List<XattrSet> _xattrs = [];
    private readonly Dictionary<XattrSet, int> _xattrIndex = [];

    private byte[] _firstPath = new byte[256];
    private int _firstPathLength;
    private int _folderLength;
    private byte[] _previousName = new byte[256];
    private int _previousNameLength;
    private long _previousMtime;
    private int _previousReference;
    private uint _expectedOffset;
    private int _tableBytes;

    public int Count => _starts.Count;

    /// <summary>
    /// Encoded bytes of entries, owners and attribute sets so far, without what depends on where the tree lies: the
    /// measure for cutting.
    /// </summary>
    public int EncodedLength => _entries.Length + _tableBytes;

    /// <summary>Path of the page's first entry.</summary>
    public ReadOnlySpan<byte> FirstPath => _firstPath.AsSpan(0, _firstPathLength);

    /// <summary>Length of the common folder, a prefix of <see cref="FirstPath"/>.</summary>
    public int FolderLength => _folderLength;

    /// <summary>Distinct references in order of first use.</summary>
    public IReadOnlyList<ObjectId> References => _references;

    public void Add(
        ReadOnlySpan<byte> path,
        in EntryFields fields,
        Ownership owner,
        ReadOnlySpan<byte> symlinkTarget,
        ReadOnlySpan<Extent> extents,
        XattrSet? xattrs,
        ReadOnlySpan<byte> unknownFields)
    {
        int parentLength = PathOrder.ParentLength(path);
        NoteFolder(path, Math.Max(0, parentLength));
        _starts.Add((PathOrder.Depth(path[..Math.Max(0, parentLength)]), _entries.Length));
        WriteName(path[(parentLength <= 0 ? 0 : parentLength + 1)..]);
        WriteFields(fields, owner, symlinkTarget, extents, xattrs, unknownFields);
    }

    /// <summary>
    /// Writes the page's plain body; <see cref="References"/> and <see cref="FirstPath"/> stay until <see
    /// cref="Clear"/>.
    /// </summary>
    public void WriteBody(ByteWriter body)
    {
        body.Clear();
        var folder = _firstPath.AsSpan(0, _folderLength);
        int folderDepth = PathOrder.Depth(folder);
        WriteFirstParents(body);
        body.Varint((ulong)_owners.Count);
        foreach (var owner in _owners)
        {
            body.Varint(owner.UserId);
            body.Varint(owner.GroupId);
            body.Block(owner.UserName);
            body.Block(owner.GroupName);
        }

        body.Varint((ulong)_xattrs.Count);
        foreach (var set in _xattrs) WriteXattrs(body, set);
        body.Varint((ulong)_starts.Count);
        for (int i = 0; i < _starts.Count; i++)
        {
            var (depth, start) = _starts[i];
            int end = i + 1 < _starts.Count ? _starts[i + 1].Start : _entries.Length;
            body.Varint((ulong)(depth - folderDepth));
            body.Bytes(_entries.Written[start..end]);
        }
    }

    public void Clear()
    {
        _entries.Clear();
        _starts.Clear();
        _references.Clear();
        _referenceIndex.Clear();
        _owners.Clear();
        _xattrs.Clear();
        _xattrIndex.Clear();
        _firstPathLength = 0;
        _folderLength = 0;
        _previousNameLength = 0;
        _previousMtime = 0;
        _previousReference = 0;
        _expectedOffset = 0;
        _tableBytes = 0;
    }

    private void NoteFolder(ReadOnlySpan<byte> path, int parentLength)
    {
        if (_starts.Count == 0)
        {
            if (_firstPath.Length < path.Length) Array.Resize(ref _firstPath, path.Length * 2);
            path.CopyTo(_firstPath);
            _firstPathLength = path.Length;
            _folderLength = parentLength;
        }
        else if (_folderLength > 0)
        {
            _folderLength = PathOrder.CommonFolderLength(_firstPath.AsSpan(0, _folderLength), path[..parentLength]);
        }
    }

    // Folders between the common one and the first entry, which no entry of this page names.
    private void WriteFirstParents(ByteWriter body)
    {
        var parent = FirstPath[..Math.Max(0, PathOrder.ParentLength(FirstPath))];
        var below = parent.Length > _folderLength ? parent[(_folderLength == 0 ? 0 : _folderLength + 1)..] : default;
        body.Block(below);
    }

    private void WriteName(ReadOnlySpan<byte> name)
    {
        int shared = name.CommonPrefixLength(_previousName.AsSpan(0, _previousNameLength));
        _entries.Varint((ulong)shared);
        _entries.Block(name[shared..]);
        if (_previousName.Length < name.Length) _previousName = new byte[name.Length * 2];
        name.CopyTo(_previousName);
        _previousNameLength = name.Length;
    }

    private void WriteFields(
        in EntryFields fields,
        Ownership owner,
        ReadOnlySpan<byte> symlinkTarget,
        ReadOnlySpan<Extent> extents,
        XattrSet? xattrs,
        ReadOnlySpan<byte> unknownFields)
    {
        bool hasChunk = fields.Shape is ContentShape.Whole or ContentShape.Paged;
        int reference = hasChunk ? IndexOf(fields.Content) : 0;
        uint expected = hasChunk && reference == _previousReference ? _expectedOffset : 0;
        int ownerIndex = IndexOf(owner);
        int xattrIndex = xattrs is null ? -1 : IndexOf(xattrs);
        long mtimeDelta = fields.MtimeSeconds - _previousMtime;

        // Unknown fields come as their mask and their bytes; all their numbers are above ours.
        ulong unknownMask = unknownFields.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(unknownFields);
        ulong mask = unknownMask | 1ul << EntryField.Mode
            | Bit(EntryField.ContentHash, fields.HasContentHash)
            | Bit(EntryField.Size, fields.Size != 0)
            | Bit(EntryField.SymlinkTarget, fields.IsSymlink)
            | Bit(EntryField.Content, hasChunk)
            | Bit(EntryField.Extents, fields.Shape == ContentShape.Extents)
            | Bit(EntryField.MtimeSeconds, mtimeDelta != 0)
            | Bit(EntryField.HardLinkGroup, fields.HardLinkGroup != 0)
            | Bit(EntryField.MtimeNanoseconds, fields.MtimeNanoseconds != 0)
            | Bit(EntryField.ContentOffset, fields.Shape == ContentShape.Whole && fields.ContentOffset != expected)
            | Bit(EntryField.Ownership, ownerIndex != 0)
            | Bit(EntryField.Xattrs, xattrIndex >= 0)
            | Bit(EntryField.InodeFlags, fields.InodeFlags != 0)
            | Bit(EntryField.ProjectId, fields.ProjectId != 0)
            | Bit(EntryField.DeviceMajor, fields.DeviceMajor != 0)
            | Bit(EntryField.DeviceMinor, fields.DeviceMinor != 0)
            | Bit(EntryField.Marks, fields.Marks != EntryMarks.None)
            | Bit(EntryField.ExtentPageLevel, fields.Shape == ContentShape.Paged);

        _entries.Varint(mask);
        _entries.Varint(fields.Mode);
        if (fields.HasContentHash) WriteHash(fields.ContentHash);
        if (fields.Size != 0) _entries.Varint(fields.Size);
        if (fields.IsSymlink) _entries.Block(symlinkTarget);
        if (hasChunk) _entries.Zigzag(reference - _previousReference);
        if (fields.Shape == ContentShape.Extents) WriteExtents(extents);
        if (mtimeDelta != 0) _entries.Zigzag(mtimeDelta);
        if (fields.HardLinkGroup != 0) WriteGroup(fields.HardLinkGroup);
        if (fields.MtimeNanoseconds != 0) _entries.Varint(fields.MtimeNanoseconds);
        if (fields.Shape == ContentShape.Whole && fields.ContentOffset != expected)
            _entries.Varint(fields.ContentOffset);
        if (ownerIndex != 0) _entries.Varint((ulong)ownerIndex);
        if (xattrIndex >= 0) _entries.Varint((ulong)xattrIndex);
        if (fields.InodeFlags != 0) _entries.Varint(fields.InodeFlags);
        if (fields.ProjectId != 0) _entries.Varint(fields.ProjectId);
        if (fields.DeviceMajor != 0) _entries.Varint(fields.DeviceMajor);
        if (fields.DeviceMinor != 0) _entries.Varint(fields.DeviceMinor);
        if (fields.Marks != EntryMarks.None) _entries.Varint((ulong)fields.Marks);
        if (fields.Shape == ContentShape.Paged) _entries.Varint((ulong)fields.ExtentPageLevel);
        if (!unknownFields.IsEmpty) _entries.Bytes(unknownFields[8..]);

        _previousMtime = fields.MtimeSeconds;
        if (!hasChunk) return;
        _previousReference = reference;
        _expectedOffset = fields.Shape == ContentShape.Whole ? fields.ContentOffset + (uint)fields.Size : 0;
    }

    private static ulong Bit(int field, bool present) => present ? 1ul << field : 0;

    private void WriteHash(Id128 hash)
    {
        Span<byte> bytes = stackalloc byte[Id128.Size];
        hash.CopyTo(bytes);
        _entries.Block(bytes);
    }

    private void WriteGroup(ulong group)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, group);
        _entries.Block(bytes);
    }

    private void WriteExtents(ReadOnlySpan<Extent> extents)
    {
        Invariant.Holds(extents.Length <= Limits.MaxEntryExtents);
        _extents.Clear();
        foreach (var extent in extents)
        {
            _extents.Varint(extent.Gap);
            _extents.Varint(extent.Length);
            _extents.Varint((ulong)IndexOf(extent.Chunk));
            _extents.Varint(extent.Offset);
        }

        _entries.Block(_extents.Written);
    }

    private void WriteXattrs(ByteWriter body, XattrSet set)
    {
        body.Varint((ulong)set.Length);
        if (set.IsInline) body.Bytes(set.Encoded);
        else body.Varint((ulong)_referenceIndex[set.Chunk]);
    }

    private int IndexOf(ObjectId id)
    {
        if (_previousReference < _references.Count && _references[_previousReference] == id) return _previousReference;
        if (_referenceIndex.TryGetValue(id, out int index)) return index;
        index = _references.Count;
        _references.Add(id);
        _referenceIndex.Add(id, index);
        return index;
    }

    private int IndexOf(Ownership owner)
    {
        // Few a page: a walk over them is cheaper than a dictionary.
        int index = _owners.IndexOf(owner);
        if (index >= 0) return index;
        _owners.Add(owner);
        _tableBytes += OwnerBytes + owner.UserName.Length + owner.GroupName.Length;
        return _owners.Count - 1;
    }

    private int IndexOf(XattrSet set)
    {
        if (_xattrIndex.TryGetValue(set, out int index)) return index;
        if (!set.IsInline) _ = IndexOf(set.Chunk);
        index = _xattrs.Count;
        _xattrs.Add(set);
        _tableBytes += XattrSetBytes + set.Encoded.Length;
        _xattrIndex.Add(set, index);
        return index;
    }
}
