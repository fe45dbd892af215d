using System.Buffers.Binary;

namespace Coffer.FileSystem.Linux;

/// <summary>
/// Reads the names of an open directory by getdents64. A record of linux_dirent64: inode 8, offset 8, record
/// length 2, type 1, name ending in NUL, padded to 8 bytes.
/// </summary>
internal sealed unsafe class DirectoryStream : IDisposable
{
    private const int HeaderBytes = 19;
    private readonly NativeBytes _buffer = new(Limits.DirectoryBufferBytes);
    private int _descriptor, _position, _filled;

    public void Start(int descriptor)
    {
        _descriptor = descriptor;
        _position = _filled = 0;
    }

    /// <summary>
    /// False at the end and on error; "." and ".." are left out. The name is valid until the next call.
    /// </summary>
    public bool TryNext(out ReadOnlySpan<byte> name, out EntryType type, out OsError error)
    {
        error = OsError.None;
        while (_position < _filled || TryFill(out error))
        {
            byte* record = _buffer.Pointer + _position;
            int length = *(ushort*)(record + 16);
            _position += length;
            // The kernel pads to 8 bytes, so the closing NUL lies within the last 8 of the record.
            int scanned = Math.Max(0, length - HeaderBytes - 8);
            int tail = new ReadOnlySpan<byte>(record + HeaderBytes + scanned,
                length - HeaderBytes - scanned).IndexOf((byte)0);
            name = new ReadOnlySpan<byte>(record + HeaderBytes, scanned + (tail < 0 ? 0 : tail));
            if (IsSelfOrParent(name)) continue;
            type = Statx.TypeOfDirent(record[18]);
            return true;
        }

        name = default;
        type = EntryType.Unknown;
        return false;
    }

    public void Dispose() => _buffer.Dispose();

    private bool TryFill(out OsError error)
    {
        nint got = Libc.getdents64(_descriptor, _buffer.Pointer, (nuint)_buffer.Capacity);
        error = got < 0 ? OsError.Last() : OsError.None;
        _position = 0;
        _filled = (int)Math.Max(0, got);
        return got > 0;
    }

    private static bool IsSelfOrParent(ReadOnlySpan<byte> name) =>
        name.Length is 0 || (name[0] == '.' && (name.Length == 1 || (name.Length == 2 && name[1] == '.')));
}
