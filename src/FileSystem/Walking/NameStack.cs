using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Coffer.FileSystem.Walking;

/// <summary>
/// A name in a <see cref="NameStack"/>: its first eight bytes as a big-endian number decide most comparisons.
/// </summary>
internal struct NameEntry
{
    public ulong Key;
    public int Offset;
    public ushort Length;
    public EntryType Type;
}

/// <summary>
/// The names of the directories on the way down, the deepest on top: pushed while a directory is read, sorted
/// once, cut off when it is left. One block of memory however many directories are walked.
/// </summary>
internal sealed unsafe class NameStack : IDisposable
{
    private const int RetainedBytes = 1 << 20;
    private readonly NativeBytes _bytes = new(64 << 10);
    private readonly NativeBytes _entries = new(2048 * sizeof(NameEntry));
    private readonly NativeBytes _scratch = new(2048 * sizeof(NameEntry));

    public int Count { get; private set; }

    public int Bytes { get; private set; }

    public int TotalBytes => Bytes + Count * sizeof(NameEntry);

    private NameEntry* Entries => (NameEntry*)_entries.Pointer;

    public ref readonly NameEntry this[int index] => ref Entries[index];

    public ReadOnlySpan<byte> NameOf(in NameEntry entry) => new(_bytes.Pointer + entry.Offset, entry.Length);

    public void Push(ReadOnlySpan<byte> name, EntryType type)
    {
        if (Bytes + name.Length > _bytes.Capacity) _bytes.EnsureCapacity(Bytes + name.Length);
        if ((Count + 1) * sizeof(NameEntry) > _entries.Capacity)
            _entries.EnsureCapacity((Count + 1) * sizeof(NameEntry));
        name.CopyTo(new Span<byte>(_bytes.Pointer + Bytes, name.Length));
        Entries[Count++] = new NameEntry
        {
            Key = KeyOf(name),
            Offset = Bytes,
            Length = (ushort)name.Length,
            Type = type,
        };
        Bytes += name.Length;
    }

    public void Truncate(int count, int bytes)
    {
        Count = count;
        Bytes = bytes;
        if (count != 0 || _entries.Capacity + _bytes.Capacity <= 2 * RetainedBytes) return;
        _bytes.Shrink(RetainedBytes);
        _entries.Shrink(RetainedBytes);
        _scratch.Shrink(RetainedBytes);
    }

    /// <summary>Sorts the names from <paramref name="first"/> to the top by unsigned bytes.</summary>
    /// <remarks>A merge sort: no name order, accidental or hostile, makes it quadratic.</remarks>
    public void Sort(int first)
    {
        int count = Count - first;
        if (count < 2) return;
        NameEntry* from = Entries + first;
        const int run = 12;
        for (int i = 0; i < count; i += run) SortShort(from + i, Math.Min(run, count - i));
        if (count <= run) return;

        _scratch.EnsureCapacity(count * sizeof(NameEntry));
        NameEntry* source = from, target = (NameEntry*)_scratch.Pointer;
        for (long width = run; width < count; width *= 2)
        {
            for (long at = 0; at < count; at += 2 * width)
                Merge(source, target, (int)at, (int)Math.Min(at + width, count), (int)Math.Min(at + 2 * width, count));
            NameEntry* swapped = source;
            source = target;
            target = swapped;
        }

        if (source != from) Unsafe.CopyBlock(from, source, (uint)(count * sizeof(NameEntry)));
    }

    /// <summary>Position of a name among the sorted ones from <paramref name="first"/> on, or −1.</summary>
    public int Find(int first, int end, ReadOnlySpan<byte> name)
    {
        while (first < end)
        {
            int middle = (first + end) >>> 1;
            int order = NameOf(Entries[middle]).SequenceCompareTo(name);
            if (order == 0) return middle;
            if (order < 0) first = middle + 1;
            else end = middle;
        }

        return -1;
    }

    public static ulong KeyOf(ReadOnlySpan<byte> name)
    {
        if (name.Length >= 8) return BinaryPrimitives.ReadUInt64BigEndian(name);
        ulong key = 0;
        for (int i = 0; i < name.Length; i++) key |= (ulong)name[i] << (56 - 8 * i);
        return key;
    }

    public void Dispose()
    {
        _bytes.Dispose();
        _entries.Dispose();
        _scratch.Dispose();
    }

    private void SortShort(NameEntry* entries, int count)
    {
        for (int i = 1; i < count; i++)
        {
            NameEntry moving = entries[i];
            int at = i;
            for (; at > 0 && IsBefore(moving, entries[at - 1]); at--) entries[at] = entries[at - 1];
            entries[at] = moving;
        }
    }

    private void Merge(NameEntry* source, NameEntry* target, int left, int middle, int end)
    {
        if (middle >= end || !IsBefore(source[middle], source[middle - 1]))
        {
            Unsafe.CopyBlock(target + left, source + left, (uint)((end - left) * sizeof(NameEntry)));
            return;
        }

        int right = middle, to = left;
        while (left < middle && right < end)
            target[to++] = IsBefore(source[right], source[left]) ? source[right++] : source[left++];
        while (left < middle) target[to++] = source[left++];
        while (right < end) target[to++] = source[right++];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsBefore(in NameEntry left, in NameEntry right) =>
        left.Key != right.Key ? left.Key < right.Key : IsRestBefore(left, right);

    // Equal keys: names hold no NUL, so the first eight bytes are equal, or both names are short and the same.
    private bool IsRestBefore(in NameEntry left, in NameEntry right) =>
        NameOf(left).SequenceCompareTo(NameOf(right)) < 0;
}
