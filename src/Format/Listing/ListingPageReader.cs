using System.Buffers.Binary;
using System.Numerics;
using Coffer.Domain;

namespace Coffer.Format.Listing;

/// <summary>
/// Reads one listing page after another, entry by entry, without allocating per entry. What it hands out is valid
/// until the next <see cref="MoveNext"/>. The body must have been authenticated; lengths are checked all the same.
/// </summary>
public sealed class ListingPageReader
{
    private readonly List<Ownership> _owners = [];
    private readonly List<XattrSet> _xattrs = [];
    private readonly List<Extent> _extents = [];

    private byte[] _body = [];
    private string _place = "";
    private int _position;
    private ObjectId[] _references = [];
    private int _left;

    private byte[] _path = new byte[512];
    private int _pathLength;
    private int _nameStart;
    private int[] _ends = new int[64];
    private int _deepest;
    private bool _isFirst;

    private EntryFields _fields;
    private long _previousMtime;
    private int _previousReference;
    private uint _expectedOffset;
    private int _targetStart, _targetLength;
    private int _owner, _xattr;
    private byte[] _unknown = [];

    /// <summary>Path relative to the volume.</summary>
    public ReadOnlySpan<byte> Path => _path.AsSpan(0, _pathLength);

    public ReadOnlySpan<byte> Name => _path.AsSpan(_nameStart, _pathLength - _nameStart);

    public ref readonly EntryFields Fields => ref _fields;

    public Ownership Owner => _owners[_owner];

    public XattrSet? Xattrs => _xattr < 0 ? null : _xattrs[_xattr];

    public ReadOnlySpan<byte> SymlinkTarget => _body.AsSpan(_targetStart, _targetLength);

    /// <summary>For <see cref="ContentShape.Extents"/>; empty otherwise.</summary>
    public ReadOnlySpan<Extent> Extents => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_extents);

    /// <summary>Fields that this version does not know, in the form that the writer takes.</summary>
    public ReadOnlySpan<byte> UnknownFields => _unknown;

    public int EntriesLeft => _left;

    /// <summary>Starts on a page; <paramref name="folder"/> is its common folder, as its tree page tells.</summary>
    public void Open(byte[] body, ObjectId[] references, ReadOnlySpan<byte> folder, string place)
    {
        _body = body;
        _references = references;
        _place = place;
        _previousMtime = 0;
        _previousReference = 0;
        _expectedOffset = 0;
        _pathLength = 0;
        _nameStart = 0;
        _isFirst = true;
        var reader = new ByteReader(body, place);
        OpenFolder(folder, reader.Block(Limits.MaxPathBytes), ref reader);
        ReadOwners(ref reader);
        ReadXattrSets(ref reader);
        _left = reader.Length(Limits.MaxPageEntries);
        _position = reader.Position;
        if (_left == 0) reader.End();
    }

    public bool MoveNext()
    {
        if (_left == 0) return false;
        var reader = new ByteReader(_body.AsSpan(_position), _place);
        ReadName(ref reader);
        ReadFields(ref reader);
        _position += reader.Position;
        if (--_left == 0) reader.End();
        return true;
    }

    private void OpenFolder(ReadOnlySpan<byte> folder, ReadOnlySpan<byte> below, ref ByteReader reader)
    {
        EnsurePath(folder.Length + 1 + below.Length, ref reader);
        RequireComponents(folder, ref reader);
        RequireComponents(below, ref reader);
        folder.CopyTo(_path);
        _ends[0] = folder.Length;
        _deepest = 0;
        if (below.IsEmpty) return;
        int end = folder.Length;
        foreach (var range in below.Split((byte)'/'))
        {
            end = AppendComponent(end, below[range]);
            SetEnd(++_deepest, end);
        }
    }

    private static void RequireComponents(ReadOnlySpan<byte> path, ref ByteReader reader)
    {
        if (path.IsEmpty) return;
        foreach (var range in path.Split((byte)'/')) RequirePlain(path[range], ref reader);
    }

    private int AppendComponent(int end, ReadOnlySpan<byte> component)
    {
        if (end > 0) _path[end++] = (byte)'/';
        component.CopyTo(_path.AsSpan(end));
        return end + component.Length;
    }

    private void SetEnd(int depth, int end)
    {
        if (depth >= _ends.Length) Array.Resize(ref _ends, _ends.Length * 2);
        _ends[depth] = end;
    }

    private void EnsurePath(int length, ref ByteReader reader)
    {
        if (length > Limits.MaxPathBytes)
            throw reader.Broken($"a path of at most {Limits.MaxPathBytes} bytes", $"{length}");
        if (length > _path.Length) Array.Resize(ref _path, (int)BitOperations.RoundUpToPowerOf2((uint)length));
    }

    private void ReadOwners(ref ByteReader reader)
    {
        _owners.Clear();
        int count = reader.Length(Limits.MaxPageEntries);
        for (int i = 0; i < count; i++)
        {
            uint user = reader.Varint32();
            uint group = reader.Varint32();
            byte[] userName = reader.Block(Limits.MaxNameBytes).ToArray();
            byte[] groupName = reader.Block(Limits.MaxNameBytes).ToArray();
            _owners.Add(new Ownership(user, userName, group, groupName));
        }
    }

    private void ReadXattrSets(ref ByteReader reader)
    {
        _xattrs.Clear();
        int count = reader.Length(Limits.MaxPageEntries);
        for (int i = 0; i < count; i++)
        {
            int length = reader.Length(Limits.MaxPlainBytes);
            if (length == 0) throw reader.Broken("an attribute set", "an empty one");
            _xattrs.Add(length <= Limits.InlineXattrBytes
                ? XattrSet.Inline(reader.Bytes(length))
                : XattrSet.InChunk(Reference(ref reader, (long)reader.Varint()), length));
        }
    }

    private void ReadName(ref ByteReader reader)
    {
        int depth = reader.Length(_deepest);
        int shared = reader.Length(_pathLength - _nameStart);
        var suffix = reader.Block(Limits.MaxNameBytes);
        int length = shared + suffix.Length;
        if (length > Limits.MaxNameBytes)
            throw reader.Broken($"a name of at most {Limits.MaxNameBytes} bytes", $"{length}");
        if (_isFirst && depth != _deepest) throw reader.Broken("the parent that the prefix names", $"depth {depth}");
        int parentEnd = _ends[depth];
        if (length == 0)
        {
            // Only the volume's root has no name, and nothing comes before it.
            if (parentEnd != 0 || !_isFirst) throw reader.Broken("a name", "an empty one");
            _isFirst = false;
            return;
        }

        int start = parentEnd > 0 ? parentEnd + 1 : 0;
        EnsurePath(start + length, ref reader);
        if (!_isFirst && depth < _deepest) RequireAbove(start, _ends[depth + 1], shared, suffix, ref reader);
        _isFirst = false;
        // The shared bytes are those of the name before, which may lie further right or left in the same buffer.
        Buffer.BlockCopy(_path, _nameStart, _path, start, shared);
        suffix.CopyTo(_path.AsSpan(start + shared));
        if (start > 0) _path[start - 1] = (byte)'/';
        _nameStart = start;
        _pathLength = start + length;
        RequirePlain(Name, ref reader);
        _deepest = depth + 1;
        SetEnd(_deepest, _pathLength);
    }

    // Below the same parent the last name was that of the entry before or of a folder above it; names only ascend.
    private void RequireAbove(
        int start, int end, int shared, ReadOnlySpan<byte> suffix, ref ByteReader reader)
    {
        var before = _path.AsSpan(start, end - start);
        int common = Math.Min(shared, before.Length);
        int order = _path.AsSpan(_nameStart, common).SequenceCompareTo(before[..common]);
        if (order == 0)
            order = shared >= before.Length
                ? shared - before.Length + suffix.Length
                : suffix.SequenceCompareTo(before[shared..]);
        if (order <= 0) throw reader.Broken("names in ascending order", "one that is not above the one before");
    }

    private static void RequirePlain(ReadOnlySpan<byte> name, ref ByteReader reader)
    {
        if (name.IsEmpty || name.ContainsAny((byte)'/', (byte)0) || name.SequenceEqual("."u8)
            || name.SequenceEqual(".."u8))
            throw reader.Broken("a plain name", "one that could leave its folder");
    }

    private void ReadFields(ref ByteReader reader)
    {
        ulong mask = reader.Varint();
        _fields = default;
        _owner = 0;
        _xattr = -1;
        (_targetStart, _targetLength) = (0, 0);
        _extents.Clear();
        if (_unknown.Length > 0) _unknown = [];
        long mtimeDelta = 0;
        int reference = _previousReference;
        long offset = -1;

        for (ulong rest = mask & ((1ul << EntryField.FirstUnknown) - 1); rest != 0; rest &= rest - 1)
        {
            switch (BitOperations.TrailingZeroCount(rest))
            {
                case EntryField.Mode: _fields.Mode = reader.Varint32(); break;
                case EntryField.ContentHash: ReadHash(ref reader); break;
                case EntryField.Size: _fields.Size = reader.Varint(); break;
                case EntryField.SymlinkTarget: ReadTarget(ref reader); break;
                case EntryField.Content:
                    _fields.Shape = ContentShape.Whole;
                    long index = _previousReference + reader.Zigzag();
                    _fields.Content = Reference(ref reader, index);
                    reference = (int)index;
                    break;
                case EntryField.Extents:
                    if (_fields.Shape != ContentShape.None) throw reader.Broken("one form of content", "two");
                    ReadExtents(ref reader);
                    break;
                case EntryField.MtimeSeconds: mtimeDelta = reader.Zigzag(); break;
                case EntryField.HardLinkGroup:
                    _fields.HardLinkGroup = BinaryPrimitives.ReadUInt64LittleEndian(BlockOf(ref reader, 8)); break;
                case EntryField.MtimeNanoseconds: _fields.MtimeNanoseconds = reader.Nanoseconds(); break;
                case EntryField.ContentOffset: offset = reader.Varint32(); break;
                case EntryField.Ownership: _owner = reader.Index(_owners.Count); break;
                case EntryField.Xattrs: _xattr = reader.Index(_xattrs.Count); break;
                case EntryField.InodeFlags: _fields.InodeFlags = reader.Varint32(); break;
                case EntryField.ProjectId: _fields.ProjectId = reader.Varint32(); break;
                case EntryField.DeviceMajor: _fields.DeviceMajor = reader.Varint32(); break;
                case EntryField.DeviceMinor: _fields.DeviceMinor = reader.Varint32(); break;
                case EntryField.Marks: _fields.Marks = (EntryMarks)reader.Length(byte.MaxValue); break;
                case EntryField.ExtentPageLevel: ReadLevel(ref reader); break;
                default: throw reader.Broken("a known field", $"mask {mask:x}");
            }
        }

        if (mask >> EntryField.FirstUnknown != 0) ReadUnknown(ref reader, mask);
        _fields.MtimeSeconds = _previousMtime += mtimeDelta;
        if (offset >= 0 && _fields.Shape != ContentShape.Whole)
            throw reader.Broken("a content offset within one chunk", $"one of content that is {_fields.Shape}");
        SettleContent(reference, offset);
        if (_owners.Count == 0) throw reader.Broken("an owner", "none");
    }

    private void SettleContent(int reference, long offset)
    {
        if (_fields.Shape is not (ContentShape.Whole or ContentShape.Paged)) return;
        uint expected = reference == _previousReference ? _expectedOffset : 0;
        _previousReference = reference;
        _expectedOffset = 0;
        if (_fields.Shape == ContentShape.Paged) return;
        _fields.ContentOffset = offset < 0 ? expected : (uint)offset;
        _expectedOffset = _fields.ContentOffset + (uint)_fields.Size;
    }

    private void ReadLevel(ref ByteReader reader)
    {
        int level = reader.Length(Limits.MaxTreeLevels);
        if (level == 0 || _fields.Shape != ContentShape.Whole) throw reader.Broken("an extent page", $"level {level}");
        _fields.Shape = ContentShape.Paged;
        _fields.ExtentPageLevel = level;
    }

    private void ReadHash(ref ByteReader reader)
    {
        _fields.HasContentHash = true;
        _fields.ContentHash = new Id128(BlockOf(ref reader, Id128.Size));
    }

    private void ReadTarget(ref ByteReader reader)
    {
        _targetLength = reader.Length(Limits.MaxPathBytes);
        _targetStart = _position + reader.Position;
        _ = reader.Bytes(_targetLength);
    }

    private static ReadOnlySpan<byte> BlockOf(ref ByteReader reader, int length)
    {
        var block = reader.Block(length);
        return block.Length == length ? block : throw reader.Broken($"{length} bytes", $"{block.Length}");
    }

    private void ReadExtents(ref ByteReader reader)
    {
        _fields.Shape = ContentShape.Extents;
        int end = reader.Length(int.MaxValue);
        end = reader.Left >= end ? reader.Left - end : throw reader.Broken($"{end} bytes", $"{reader.Left}");
        while (reader.Left > end)
        {
            if (_extents.Count == Limits.MaxEntryExtents)
                throw reader.Broken($"at most {Limits.MaxEntryExtents} extents", "more");
            _extents.Add(ExtentPage.ReadExtent(ref reader, _references));
        }

        if (reader.Left != end) throw reader.Broken("the end of the extents", "more");
    }

    private void ReadUnknown(ref ByteReader reader, ulong mask)
    {
        int start = reader.Position;
        ulong unknown = mask >> EntryField.FirstUnknown << EntryField.FirstUnknown;
        for (ulong rest = unknown; rest != 0; rest &= rest - 1)
        {
            if (EntryField.IsBlock(BitOperations.TrailingZeroCount(rest))) _ = reader.Block(int.MaxValue);
            else _ = reader.Varint();
        }

        var bytes = _body.AsSpan(_position + start, reader.Position - start);
        _unknown = new byte[8 + bytes.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(_unknown, unknown);
        bytes.CopyTo(_unknown.AsSpan(8));
    }

    private ObjectId Reference(ref ByteReader reader, long index) =>
        index >= 0 && index < _references.Length
            ? _references[index]
            : throw reader.Broken($"a reference below {_references.Length}", $"{index}");
}
