using System.Buffers.Binary;
using Coffer.Domain;
using Coffer.Format;
using Coffer.Format.Hashing;

namespace Coffer.Agent.Caching;

/// <summary>
/// A sorted file of rows, found by their key with one read. Layout: magic 8, stamp, row count u64, rows ascending,
/// then for each group of 64 rows the first eight bytes of its first key, and eight of the BLAKE3 of its rows. Rows of
/// a group that is not what was written are never handed out: a wrong place of a file's bytes would be believed.
/// </summary>
internal sealed class SortedTable<TRow> : IDisposable
    where TRow : struct, ISortedRow<TRow>
{
    private const int MagicSize = 8;
    private const int HeadSize = MagicSize + CacheStamp.Size + 8;
    private const int RowsInGroup = 64;
    private const int GroupSize = 16;

    private readonly FileStream? _file;
    private readonly ulong[] _groups;
    private readonly ulong[] _sums;
    private readonly byte[] _rows = new byte[TRow.Size * RowsInGroup];

    private SortedTable(FileStream? file, long count, ulong[] groups, ulong[] sums)
    {
        _file = file;
        (_groups, _sums) = (groups, sums);
        Count = count;
    }

    public long Count { get; }

    public static SortedTable<TRow> Empty() => new(null, 0, [], []);

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
            // The length bounds the count, which is not trusted before.
            if (count >= 0 && count <= file.Length / TRow.Size
                && HeadSize + (count * TRow.Size) + (groups * GroupSize) == file.Length)
                return ReadGroups(file, count, groups);
        }

        file.Dispose();
        return null;
    }

    /// <summary>The row with the key of <paramref name="wanted"/>.</summary>
    /// <exception cref="CorruptionException">It lies in rows that are damaged.</exception>
    public bool TryFind(in TRow wanted, out TRow row)
    {
        row = default;
        if (_file is null || _groups.Length == 0) return false;
        Span<byte> bytes = stackalloc byte[TRow.Size];
        wanted.Write(bytes);
        int group = Array.BinarySearch(_groups, BinaryPrimitives.ReadUInt64BigEndian(bytes));
        if (group < 0) group = Math.Max(0, ~group - 1);
        var rows = ReadRows(group, _rows);
        for (int at = 0; at + TRow.Size <= rows.Length; at += TRow.Size)
        {
            row = TRow.Read(rows[at..]);
            if (row.CompareKey(wanted) != 0) continue;
            // Only now: a row that damage hides costs time alone.
            RequireSound(group, rows);
            return true;
        }

        return false;
    }

    /// <summary>All rows in order.</summary>
    /// <exception cref="CorruptionException">Rows are damaged.</exception>
    public IEnumerable<TRow> Rows()
    {
        var bytes = new byte[_rows.Length];
        for (int group = 0; group < _groups.Length; group++)
        {
            int length = ReadSound(group, bytes);
            for (int at = 0; at < length; at += TRow.Size) yield return TRow.Read(bytes.AsSpan(at));
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
            var groups = new ByteWriter();
            var rows = new byte[TRow.Size * RowsInGroup];
            int filled = 0;
            long count = 0;
            TRow last = default;
            foreach (var row in ascending)
            {
                if (count > 0 && last.CompareKey(row) == 0) continue;
                last = row;
                row.Write(rows.AsSpan(filled, TRow.Size));
                filled += TRow.Size;
                count++;
                if (filled == rows.Length) EndGroup();
            }

            if (filled > 0) EndGroup();
            file.Write(groups.Written);
            file.Position = 0;
            TRow.Magic.CopyTo(head);
            stamp.Write(head.AsSpan(MagicSize));
            BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(HeadSize - 8), count);
            file.Write(head);

            void EndGroup()
            {
                var group = rows.AsSpan(0, filled);
                file.Write(group);
                groups.Bytes(group[..8]);
                Span<byte> sum = stackalloc byte[8];
                BinaryPrimitives.WriteUInt64LittleEndian(sum, SumOf(group));
                groups.Bytes(sum);
                filled = 0;
            }
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

    private static SortedTable<TRow> ReadGroups(FileStream file, long count, long groups)
    {
        var bytes = new byte[groups * GroupSize];
        _ = RandomAccess.Read(file.SafeFileHandle, bytes, HeadSize + (count * TRow.Size));
        var (keys, sums) = (new ulong[groups], new ulong[groups]);
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(i * GroupSize));
            sums[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan((i * GroupSize) + 8));
        }

        return new SortedTable<TRow>(file, count, keys, sums);
    }

    private static ulong SumOf(ReadOnlySpan<byte> rows)
    {
        Span<byte> hash = stackalloc byte[8];
        Blake3.Hash(rows, hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }

    private Span<byte> ReadRows(int group, byte[] target)
    {
        long offset = HeadSize + ((long)group * target.Length);
        int length = (int)Math.Min(target.Length, HeadSize + (Count * TRow.Size) - offset);
        return target.AsSpan(0, RandomAccess.Read(_file!.SafeFileHandle, target.AsSpan(0, length), offset));
    }

    private int ReadSound(int group, byte[] target)
    {
        var rows = ReadRows(group, target);
        RequireSound(group, rows);
        return rows.Length;
    }

    private void RequireSound(int group, ReadOnlySpan<byte> rows)
    {
        if (SumOf(rows) != _sums[group])
            throw new CorruptionException($"cache file {_file!.Name}", "the rows that were written", "others");
    }
}
