using System.Buffers.Binary;

namespace Coffer.Agent.Caching;

/// <summary>
/// A sorted file of rows, found by their key with one read. Layout: magic 8, stamp, row count u64, rows ascending,
/// then the first eight bytes of the key of each 64th row.
/// </summary>
internal sealed class SortedTable<TRow> : IDisposable
    where TRow : struct, ISortedRow<TRow>
{
    private const int MagicSize = 8;
    private const int HeadSize = MagicSize + CacheStamp.Size + 8;
    private const int RowsInGroup = 64;

    private readonly FileStream? _file;
    private readonly ulong[] _groups;
    private readonly byte[] _rows = new byte[TRow.Size * RowsInGroup];

    private SortedTable(FileStream? file, long count, ulong[] groups)
    {
        _file = file;
        _groups = groups;
        Count = count;
    }

    public long Count { get; }

    public static SortedTable<TRow> Empty() => new(null, 0, []);

    /// <summary>Null where there is none of that very base.</summary>
    public static SortedTable<TRow>? Open(string path, CacheStamp stamp)
    {
        if (!File.Exists(path)) return null;
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        Span<byte> head = stackalloc byte[HeadSize];
        if (RandomAccess.Read(file.SafeFileHandle, head, 0) == HeadSize
            && head.StartsWith(TRow.Magic) && CacheStamp.Read(head[MagicSize..]) == stamp)
        {
            long count = BinaryPrimitives.ReadInt64LittleEndian(head[^8..]);
            long groups = (count + RowsInGroup - 1) / RowsInGroup;
            if (count >= 0 && HeadSize + (count * TRow.Size) + (groups * 8) == file.Length)
                return new SortedTable<TRow>(file, count, ReadGroups(file, HeadSize + (count * TRow.Size), groups));
        }

        file.Dispose();
        return null;
    }

    /// <summary>The row with the key of <paramref name="wanted"/>.</summary>
    public bool TryFind(in TRow wanted, out TRow row)
    {
        row = default;
        if (_file is null || _groups.Length == 0) return false;
        Span<byte> bytes = stackalloc byte[TRow.Size];
        wanted.Write(bytes);
        int group = Array.BinarySearch(_groups, BinaryPrimitives.ReadUInt64BigEndian(bytes));
        if (group < 0) group = Math.Max(0, ~group - 1);
        long offset = HeadSize + ((long)group * _rows.Length);
        int length = (int)Math.Min(_rows.Length, HeadSize + (Count * TRow.Size) - offset);
        int read = RandomAccess.Read(_file.SafeFileHandle, _rows.AsSpan(0, length), offset);
        for (int at = 0; at + TRow.Size <= read; at += TRow.Size)
        {
            row = TRow.Read(_rows.AsSpan(at));
            if (row.CompareKey(wanted) == 0) return true;
        }

        return false;
    }

    /// <summary>All rows in order.</summary>
    public IEnumerable<TRow> Rows()
    {
        if (_file is null) yield break;
        var bytes = new byte[TRow.Size * 1024];
        long left = Count * TRow.Size, offset = HeadSize;
        while (left > 0)
        {
            int length = (int)Math.Min(bytes.Length, left);
            int read = RandomAccess.Read(_file.SafeFileHandle, bytes.AsSpan(0, length), offset);
            if (read < TRow.Size) throw new EndOfStreamException($"{_file.Name} ended early");
            read -= read % TRow.Size;
            for (int at = 0; at < read; at += TRow.Size) yield return TRow.Read(bytes.AsSpan(at));
            offset += read;
            left -= read;
        }
    }

    /// <summary>Writes rows that come in ascending order of their key; of equal ones the first stays.</summary>
    public static void Write(string path, CacheStamp stamp, IEnumerable<TRow> ascending)
    {
        string unfinished = path + ".new";
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 18))
        {
            var head = new byte[HeadSize];
            file.Write(head);
            var bytes = new byte[TRow.Size];
            var groups = new List<byte>();
            long count = 0;
            TRow last = default;
            foreach (var row in ascending)
            {
                if (count > 0 && last.CompareKey(row) == 0) continue;
                last = row;
                row.Write(bytes);
                file.Write(bytes);
                if (count++ % RowsInGroup == 0) groups.AddRange(bytes.AsSpan(0, 8));
            }

            file.Write(groups.ToArray());
            file.Position = 0;
            TRow.Magic.CopyTo(head);
            stamp.Write(head.AsSpan(MagicSize));
            BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(HeadSize - 8), count);
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
        RandomAccess.Write(file.SafeFileHandle, bytes, MagicSize);
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
