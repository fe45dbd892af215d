using System.Buffers.Binary;
using Coffer.Agent.Backups.Links;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.Format;
using Coffer.Format.Listing;

namespace Coffer.Agent.Caching.Links;

/// <summary>
/// Rows of the hard-link table on disk: a table sorted by inode, and beside it what was captured, each as a listing
/// page of one entry. Both are gone with this; a process that is killed leaves them for the next to write over.
/// </summary>
internal sealed class SpilledLinks : IDisposable
{
    // Of the captured file: device 8, size 8, mtime 8 + 4, ctime 8 + 4, unsettled 1, number of references 4.
    private const int HeadSize = 45;
    private const int UnsettledAt = 40;

    private static readonly Ownership Nobody = new(0, [], 0, []);

    private readonly string _folder;
    private readonly string _path;
    private readonly FileStream _contents;
    private readonly ListingPageWriter _writer = new();
    private readonly ListingPageReader _reader = new();
    private readonly ByteWriter _body = new();
    private SortedTable<LinkRow> _table = SortedTable<LinkRow>.Empty();
    private SpilledRows<LinkRow> _added;
    private long _length;

    public SpilledLinks(string folder)
    {
        _folder = folder;
        _path = Path.Combine(folder, "links");
        _contents = new FileStream(
            Path.Combine(folder, "links.contents"), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16,
            FileOptions.DeleteOnClose);
        _added = NewRows();
    }

    /// <param name="captured">Settled; null: nothing was read.</param>
    public void Add(ulong inode, ulong group, CapturedLink? captured)
    {
        int length = captured is null ? 0 : Write(captured);
        _added.Add(new LinkRow(inode, group, _length, length));
        _length += length;
    }

    /// <summary>Makes what was added findable; a row added later goes before an earlier one of the same file.</summary>
    public void Merge()
    {
        _contents.Flush();
        SortedTable<LinkRow>.Write(_path, default, _added.Merged(_table.Rows()));
        _table.Dispose();
        _added.Dispose();
        _added = NewRows();
        _table = SortedTable<LinkRow>.Open(_path, default)
            ?? throw new CorruptionException($"cache file {_path}", "the table just written", "another");
    }

    public bool TryFind(ulong inode, out LinkRow row) => _table.TryFind(new LinkRow(inode, 0, 0, 0), out row);

    /// <summary>Null where nothing was captured.</summary>
    public CapturedLink? Read(in LinkRow row)
    {
        if (row.Length == 0) return null;
        var bytes = new byte[row.Length];
        _ = RandomAccess.Read(_contents.SafeFileHandle, bytes, row.Offset);
        var seen = ReadSeen(bytes, row.Inode);
        var references = new ObjectId[BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(HeadSize - 4))];
        int at = HeadSize;
        for (int i = 0; i < references.Length; i++, at += ObjectId.Size)
            references[i] = new ObjectId(bytes.AsSpan(at));
        _reader.Open(bytes[at..], references, default, $"cache file {_contents.Name}");
        Invariant.Holds(_reader.MoveNext());
        return new CapturedLink
        {
            Seen = seen,
            Fields = _reader.Fields,
            IsUnsettled = bytes[UnsettledAt] != 0,
            Extents = _reader.Extents.ToArray(),
            Xattrs = _reader.Xattrs,
        };
    }

    public void Dispose()
    {
        _added.Dispose();
        _table.Dispose();
        _contents.Dispose();
        File.Delete(_path);
    }

    private SpilledRows<LinkRow> NewRows() => new(_folder, "links");

    private int Write(CapturedLink captured)
    {
        _writer.Clear();
        _writer.Add("l"u8, captured.Fields, Nobody, default, captured.Extents, captured.Xattrs, default);
        _writer.WriteBody(_body);
        var head = new byte[HeadSize + (_writer.References.Count * ObjectId.Size)];
        WriteSeen(head, captured.Seen);
        head[UnsettledAt] = captured.IsUnsettled ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(HeadSize - 4), _writer.References.Count);
        for (int i = 0; i < _writer.References.Count; i++)
            _writer.References[i].CopyTo(head.AsSpan(HeadSize + (i * ObjectId.Size)));
        _contents.Write(head);
        _contents.Write(_body.Written);
        return head.Length + _body.Length;
    }

    private static void WriteSeen(Span<byte> target, in FileMetadata seen)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, seen.Device);
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], seen.Size);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], seen.Modified.Seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(target[24..], seen.Modified.Nanoseconds);
        BinaryPrimitives.WriteInt64LittleEndian(target[28..], seen.Changed.Seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(target[36..], seen.Changed.Nanoseconds);
    }

    private static FileMetadata ReadSeen(ReadOnlySpan<byte> bytes, ulong inode) => new()
    {
        Type = EntryType.File,
        Inode = inode,
        Device = BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        Size = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
        Modified = new FileTime(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..])),
        Changed = new FileTime(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[28..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[36..])),
    };
}
