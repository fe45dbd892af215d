using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Coffer.Domain;

namespace Coffer.Agent.Caching;

/// <summary>
/// From the content hash of a small file to where its bytes lie in the vault; so a cloned, moved or restored tree costs
/// its changed files only. A sorted file, asked only for files that had to be read. It is a hint: what it names is
/// always asked of the vault first. Layout: magic 8, stamp, row count u64, rows by ascending hash, then the first eight
/// bytes of the hash of each 64th row.
/// </summary>
internal sealed class ContentTable : IDisposable
{
    private const int HeadSize = 8 + CacheStamp.Size + 8;
    private const int RowsInGroup = 64;

    private readonly FileStream? _file;
    private readonly ulong[] _groups;
    private readonly byte[] _rows = new byte[ContentRow.Size * RowsInGroup];

    private ContentTable(FileStream? file, long count, ulong[] groups)
    {
        _file = file;
        _groups = groups;
        Count = count;
    }

    public static ReadOnlySpan<byte> Magic => "CFcont1\n"u8;

    public long Count { get; }

    public static ContentTable Empty() => new(null, 0, []);

    /// <summary>Null where there is none of that very base.</summary>
    public static ContentTable? Open(string path, CacheStamp stamp)
    {
        if (!File.Exists(path)) return null;
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
        Span<byte> head = stackalloc byte[HeadSize];
        if (RandomAccess.Read(file.SafeFileHandle, head, 0) == HeadSize
            && head.StartsWith(Magic) && CacheStamp.Read(head[Magic.Length..]) == stamp)
        {
            long count = BinaryPrimitives.ReadInt64LittleEndian(head[^8..]);
            long groups = (count + RowsInGroup - 1) / RowsInGroup;
            if (count >= 0 && HeadSize + (count * ContentRow.Size) + (groups * 8) == file.Length)
                return new ContentTable(file, count, ReadGroups(file, HeadSize + (count * ContentRow.Size), groups));
        }

        file.Dispose();
        return null;
    }

    public bool TryFind(Id128 hash, uint length, out ContentRow row)
    {
        row = default;
        if (_file is null) return false;
        Span<byte> bytes = stackalloc byte[Id128.Size];
        hash.CopyTo(bytes);
        int group = Array.BinarySearch(_groups, BinaryPrimitives.ReadUInt64BigEndian(bytes));
        if (group < 0) group = Math.Max(0, ~group - 1);
        long offset = HeadSize + ((long)group * _rows.Length);
        int wanted = (int)Math.Min(_rows.Length, HeadSize + (Count * ContentRow.Size) - offset);
        int read = RandomAccess.Read(_file.SafeFileHandle, _rows.AsSpan(0, wanted), offset);
        for (int at = 0; at + ContentRow.Size <= read; at += ContentRow.Size)
        {
            row = ContentRow.Read(_rows.AsSpan(at));
            if (row.Hash == hash) return row.Length == length;
        }

        return false;
    }

    /// <summary>All rows in order.</summary>
    public IEnumerable<ContentRow> Rows()
    {
        if (_file is null) yield break;
        using var stream = new FileStream(_file.Name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 18);
        stream.Position = HeadSize;
        var bytes = new byte[ContentRow.Size];
        for (long i = 0; i < Count; i++)
        {
            stream.ReadExactly(bytes);
            yield return ContentRow.Read(bytes);
        }
    }

    /// <summary>Writes rows that come in ascending order of their hash; of equal ones the first stays.</summary>
    public static void Write(string path, CacheStamp stamp, IEnumerable<ContentRow> ascending)
    {
        string unfinished = path + ".new";
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 18))
        {
            var head = new byte[HeadSize];
            file.Write(head);
            var bytes = new byte[ContentRow.Size];
            var groups = new List<byte>();
            long count = 0;
            Id128? last = null;
            foreach (var row in ascending)
            {
                if (last == row.Hash) continue;
                last = row.Hash;
                row.Write(bytes);
                file.Write(bytes);
                if (count++ % RowsInGroup == 0) groups.AddRange(bytes.AsSpan(0, 8));
            }

            file.Write(CollectionsMarshal.AsSpan(groups));
            Magic.CopyTo(head);
            stamp.Write(head.AsSpan(Magic.Length));
            BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(HeadSize - 8), count);
            file.Flush();
            file.Position = 0;
            file.Write(head);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Stamps an unchanged table for the next base.</summary>
    public static void Restamp(string path, CacheStamp stamp)
    {
        if (!File.Exists(path)) return;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.Read, 1);
        Span<byte> bytes = stackalloc byte[CacheStamp.Size];
        stamp.Write(bytes);
        RandomAccess.Write(file.SafeFileHandle, bytes, Magic.Length);
    }

    public void Dispose() => _file?.Dispose();

    private static ulong[] ReadGroups(FileStream file, long offset, long count)
    {
        var bytes = new byte[count * 8];
        _ = RandomAccess.Read(file.SafeFileHandle, bytes, offset);
        var groups = new ulong[count];
        for (int i = 0; i < groups.Length; i++)
            groups[i] = BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(i * 8));
        return groups;
    }
}
