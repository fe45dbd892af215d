using System.Runtime.InteropServices;

namespace Coffer.FileSystem;

/// <summary>
/// Extended attributes of one entry, names and values as raw bytes, ordered by name once <see cref="Sort"/> ran
/// (what reading gives is sorted). Reused from file to file: clearing keeps the memory.
/// </summary>
public sealed unsafe class XattrSet : IDisposable
{
    private readonly NativeBytes _bytes = new(4 << 10);
    private Entry[] _entries = new Entry[8];
    private int _used;

    public int Count { get; private set; }

    /// <summary>Name with its namespace ("user.", "security.", …), without the closing NUL.</summary>
    public ReadOnlySpan<byte> Name(int index) => _bytes.Slice(_entries[index].NameStart, _entries[index].NameLength);

    public ReadOnlySpan<byte> Value(int index) => _bytes.Slice(_entries[index].ValueStart, _entries[index].ValueLength);

    public void Clear() => Count = _used = 0;

    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int start = AppendName(name);
        _bytes.EnsureCapacity(_used + value.Length);
        value.CopyTo(_bytes.Slice(_used, value.Length));
        AppendEntry(start, name.Length, value.Length);
    }

    /// <summary>Index of a name, or −1.</summary>
    public int IndexOf(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < Count; i++)
            if (Name(i).SequenceEqual(name)) return i;
        return -1;
    }

    public void Sort()
    {
        for (int i = 1; i < Count; i++)
        {
            Entry moving = _entries[i];
            int at = i;
            for (; at > 0 && NameOf(moving).SequenceCompareTo(NameOf(_entries[at - 1])) < 0; at--)
                _entries[at] = _entries[at - 1];
            _entries[at] = moving;
        }
    }

    public void Dispose() => _bytes.Dispose();

    internal byte* NamePointer(int index) => _bytes.Pointer + _entries[index].NameStart;

    internal byte* ValuePointer(int index) => _bytes.Pointer + _entries[index].ValueStart;

    /// <summary>Appends name and NUL and gives its place; to be followed by <see cref="AppendEntry"/>.</summary>
    internal int AppendName(ReadOnlySpan<byte> name)
    {
        _bytes.EnsureCapacity(_used + name.Length + 1);
        int start = _used;
        name.CopyTo(_bytes.Slice(start, name.Length));
        _bytes.Pointer[start + name.Length] = 0;
        _used += name.Length + 1;
        return start;
    }

    internal void DropName(int start) => _used = start;

    /// <summary>Room for a value right behind the name appended last.</summary>
    internal byte* ReserveValue(int bytes)
    {
        _bytes.EnsureCapacity(_used + bytes);
        return _bytes.Pointer + _used;
    }

    internal int UsedBytes => _used;

    internal int FreeBytes => _bytes.Capacity - _used;

    internal byte* PointerAt(int start) => _bytes.Pointer + start;

    internal void AppendEntry(int nameStart, int nameLength, int valueLength)
    {
        if (Count == _entries.Length) Array.Resize(ref _entries, Count * 2);
        _entries[Count++] = new Entry(nameStart, nameLength, _used, valueLength);
        _used += valueLength;
    }

    private ReadOnlySpan<byte> NameOf(Entry entry) => _bytes.Slice(entry.NameStart, entry.NameLength);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Entry(int NameStart, int NameLength, int ValueStart, int ValueLength);
}
