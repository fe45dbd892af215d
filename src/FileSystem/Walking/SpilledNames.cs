using System.Buffers.Binary;
using Coffer.Domain;
using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Walking;

/// <summary>
/// Names of a directory too large for memory: sorted runs in one temporary file that has no name any more, merged
/// while they are read back. A record: length (u16, little endian), type (1 byte), name.
/// </summary>
internal sealed unsafe class SpilledNames : IDisposable
{
    private readonly int _file;
    private readonly List<Run> _runs = [];
    private readonly PriorityQueue<Run, Run> _next =
        new(Comparer<Run>.Create(static (a, b) => a.Name.SequenceCompareTo(b.Name)));
    private readonly byte[] _pending = new byte[64 << 10];
    private int _pendingLength;
    private long _fileLength;
    private Run? _current;

    public SpilledNames(string folder) => _file = OpenUnnamed(folder);

    /// <summary>Writes the sorted names from <paramref name="first"/> to the top of the stack as one run.</summary>
    public void AddRun(NameStack names, int first)
    {
        long start = _fileLength;
        for (int i = first; i < names.Count; i++)
        {
            ref readonly NameEntry entry = ref names[i];
            if (_pendingLength + 3 + entry.Length > _pending.Length) Flush();
            BinaryPrimitives.WriteUInt16LittleEndian(_pending.AsSpan(_pendingLength), entry.Length);
            _pending[_pendingLength + 2] = (byte)entry.Type;
            names.NameOf(entry).CopyTo(_pending.AsSpan(_pendingLength + 3));
            _pendingLength += 3 + entry.Length;
        }

        Flush();
        _runs.Add(new Run(_file, start, _fileLength));
    }

    public void StartReading()
    {
        foreach (Run run in _runs)
            if (run.MoveNext()) _next.Enqueue(run, run);
    }

    /// <summary>The next name in order; it stays valid until the next call.</summary>
    public bool TryNext(out ReadOnlySpan<byte> name, out EntryType type)
    {
        // The run that was handed out last is advanced only now, because its buffer holds the name.
        if (_current is { } last && last.MoveNext()) _next.Enqueue(last, last);
        if (!_next.TryDequeue(out _current, out _))
        {
            name = default;
            type = EntryType.Unknown;
            return false;
        }

        name = _current.Name;
        type = _current.Type;
        return true;
    }

    public void Dispose() => Libc.close(_file);

    private static int OpenUnnamed(string folder)
    {
        // FileStream would keep a name; the file must go with the process, however that ends.
        string path = Path.Combine(folder, $"names-{Guid.NewGuid():n}");
        int file = Descriptors.Open(Libc.AT_FDCWD, path, Libc.O_RDWR | Libc.O_CREAT | Libc.O_EXCL, 0x180);
        if (file < 0) throw SpillFailed(OsError.Last());
        Descriptors.Unlink(path);
        return file;
    }

    private void Flush()
    {
        OsError error = Descriptors.WriteAll(_file, _fileLength, _pending.AsSpan(0, _pendingLength));
        if (error.IsError) throw SpillFailed(error);
        _fileLength += _pendingLength;
        _pendingLength = 0;
    }

    private static FaultException SpillFailed(OsError error) => FaultException.Failed(
        "cache.spill", $"The names of a very large directory could not be kept in the cache folder: {error.Text}.",
        "Free space in the cache folder, or move it.");

    private sealed class Run(int file, long start, long end)
    {
        private long _position = start;
        private readonly byte[] _buffer = new byte[Limits.RunBufferBytes];
        private int _start, _filled, _nameLength;

        public EntryType Type { get; private set; }

        public ReadOnlySpan<byte> Name => _buffer.AsSpan(_start - _nameLength, _nameLength);

        public bool MoveNext()
        {
            if (!Ensure(3)) return false;
            _nameLength = BinaryPrimitives.ReadUInt16LittleEndian(_buffer.AsSpan(_start));
            Type = (EntryType)_buffer[_start + 2];
            _start += 3;
            Invariant.Holds(Ensure(_nameLength));
            _start += _nameLength;
            return true;
        }

        private bool Ensure(int bytes)
        {
            if (_filled - _start >= bytes) return true;
            _buffer.AsSpan(_start, _filled - _start).CopyTo(_buffer);
            _filled -= _start;
            _start = 0;
            int wanted = (int)Math.Min(_buffer.Length - _filled, end - _position);
            if (wanted == 0) return false;
            OsError error = Descriptors.ReadAll(file, _position, _buffer.AsSpan(_filled, wanted), out int read);
            if (error.IsError) throw SpillFailed(error);
            if (read != wanted) throw new CorruptionException("spilled names", $"{wanted} bytes", $"{read}");
            _position += read;
            _filled += read;
            return _filled >= bytes;
        }
    }
}
